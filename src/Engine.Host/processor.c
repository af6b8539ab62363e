/* A part of the native executable, which is compiled for processors with AVX2: on others the managed build beside it takes over
   before the runtime begins, which would refuse them. The whole of x86-64-v3 came with the processors that brought these three. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void look_at_processor(int count, char **arguments)
{
    static const char suffix[] = "-managed";
    char path[4096];
    (void)count;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma"))
        return;
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof suffix);
    if (length < 0)
        return;
    memcpy(path + length, suffix, sizeof suffix);
    execv(path, arguments);
    perror(path);
    _exit(74);
}
