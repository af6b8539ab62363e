/* The beginning of the native executable, before the runtime's.

   It is compiled for processors with all of x86-64-v3: on others the managed build beside it takes over, since the runtime would refuse them.

   And the signals that end a run wait until somebody listens to them (Signals.cs): this executable, or the managed build, which inherits both the mask and what waits behind it. A handler
   would lose what comes amid execv, and would have to be blocked on threads that the runtime makes, which inherit the mask, too. */
#include <cpuid.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef AT_START
#define AT_START __attribute__((constructor))
#endif

/* Fills eax, ebx, ecx, edx; 0 where there is no such leaf. */
#ifndef LEAF
#define LEAF(leaf, registers) __get_cpuid_count(leaf, 0, &registers[0], &registers[1], &registers[2], &registers[3])
#endif

/* Which register states the system keeps (xgetbv). */
#ifndef KEPT_STATES
static unsigned kept_states(void)
{
    unsigned low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}
#define KEPT_STATES() kept_states()
#endif

static int has_x86_64_v3(void)
{
    const unsigned base = bit_SSE3 | bit_SSSE3 | bit_CMPXCHG16B | bit_SSE4_1 | bit_SSE4_2 | bit_POPCNT | bit_FMA | bit_MOVBE | bit_OSXSAVE | bit_AVX | bit_F16C;
    const unsigned more = bit_BMI | bit_AVX2 | bit_BMI2;
    const unsigned extended = bit_LAHF_LM | bit_LZCNT;
    const unsigned kept = 2 | 4; /* of SSE and AVX */
    unsigned registers[4];
    if (!LEAF(1, registers) || (registers[2] & base) != base)
        return 0;
    if (!LEAF(7, registers) || (registers[1] & more) != more)
        return 0;
    if (!LEAF(0x80000001u, registers) || (registers[2] & extended) != extended)
        return 0;
    return (KEPT_STATES() & kept) == kept;
}

static void continue_as_managed_build(char **arguments)
{
    static const char suffix[] = "-managed";
    char path[4096];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof suffix);
    if (length < 0)
        return;
    memcpy(path + length, suffix, sizeof suffix);
    execv(path, arguments);
    perror(path);
    _exit(74);
}

AT_START static void start(int count, char **arguments)
{
    if (count > 1 && (strcmp(arguments[1], "run") == 0 || strcmp(arguments[1], "batch") == 0)) {
        sigset_t ends;
        sigemptyset(&ends);
        sigaddset(&ends, SIGTERM);
        sigaddset(&ends, SIGINT);
        sigprocmask(SIG_BLOCK, &ends, NULL);
    }
    if (!has_x86_64_v3())
        continue_as_managed_build(arguments);
}
