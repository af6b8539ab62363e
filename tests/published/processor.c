/* start.c takes a processor for one with x86-64-v3 only if each part of it is there. Exits with 0, or says which it missed. */
static unsigned answers[3][4], states;
static int leaf(unsigned number, unsigned *registers);
#define AT_START __attribute__((unused))
#define LEAF(number, registers) leaf(number, registers)
#define KEPT_STATES() states
#include "../../src/Engine.Host/start.c"

static int at(unsigned number)
{
    return number == 1 ? 0 : number == 7 ? 1 : 2;
}

static int leaf(unsigned number, unsigned *registers)
{
    memcpy(registers, answers[at(number)], sizeof answers[0]);
    return 1;
}

static void have_all(void)
{
    memset(answers, 0xff, sizeof answers);
    states = 7;
}

int main(void)
{
    static const struct { unsigned leaf; int place; unsigned bit; const char *name; } parts[] = {
        { 1, 2, 1u << 0, "sse3" }, { 1, 2, 1u << 9, "ssse3" }, { 1, 2, 1u << 13, "cx16" }, { 1, 2, 1u << 19, "sse4.1" }, { 1, 2, 1u << 20, "sse4.2" }, { 1, 2, 1u << 23, "popcnt" },
        { 1, 2, 1u << 12, "fma" }, { 1, 2, 1u << 22, "movbe" }, { 1, 2, 1u << 27, "osxsave" }, { 1, 2, 1u << 28, "avx" }, { 1, 2, 1u << 29, "f16c" },
        { 7, 1, 1u << 3, "bmi1" }, { 7, 1, 1u << 5, "avx2" }, { 7, 1, 1u << 8, "bmi2" }, { 0x80000001u, 2, 1u << 0, "lahf" }, { 0x80000001u, 2, 1u << 5, "lzcnt" },
    };
    int missed = 0;
    have_all();
    if (!has_x86_64_v3() && ++missed)
        puts("a processor with all of it is refused");
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        have_all();
        answers[at(parts[i].leaf)][parts[i].place] &= ~parts[i].bit;
        if (has_x86_64_v3() && ++missed)
            printf("%s is not asked for\n", parts[i].name);
    }
    for (states = 0; states < 6; states++)
        if (memset(answers, 0xff, sizeof answers) && has_x86_64_v3() && ++missed)
            printf("a system that keeps only the registers %u is taken\n", states);
    return missed;
}
