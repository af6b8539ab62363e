using System.Numerics;

namespace DataStream.Sources;

/// <summary>xoshiro256++ (Blackman and Vigna, 2019), its state filled by splitmix64: the same bits for a seed everywhere and for ever.</summary>
internal struct RandomBits
{
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;

    public RandomBits(ulong seed)
    {
        _a = Split(ref seed);
        _b = Split(ref seed);
        _c = Split(ref seed);
        _d = Split(ref seed);
    }

    public ulong Next()
    {
        ulong result = BitOperations.RotateLeft(_a + _d, 23) + _a;
        ulong t = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= t;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    private static ulong Split(ref ulong seed)
    {
        ulong z = seed += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
