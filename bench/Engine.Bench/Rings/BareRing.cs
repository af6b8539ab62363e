using System;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Threading;

namespace DataStream.Bench.Rings;

/// <summary>
/// What the machine gives at most: an array, two positions on lines of their own, and nothing else. No check, no end, no failure, nobody parks;
/// a dry consumer pauses 32 times.
/// </summary>
internal static class BareRing
{
    private const int Piece = 1 << 14;

    public static double Stream(int count, int slots)
    {
        var line = new Lines();
        var items = new Event64[slots + 4];
        long sum = 0;
        double seconds = Threads.Pair(
            () =>
            {
                long seen = 0;
                for (int first = 0; first < count; first += Piece)
                {
                    Produce(line, items, first, ref seen);
                }
            },
            () =>
            {
                long own = 0;
                for (int first = 0; first < count; first += Piece)
                {
                    own += Consume(line, items, first);
                }

                sum = own;
            });
        Event64.Check(sum, count);
        return count / seconds / 1e6;
    }

    private static void Produce(Lines line, Event64[] items, long first, ref long seen)
    {
        int mask = items.Length - 5;
        for (long next = first; next < first + Piece; next++)
        {
            while (next - seen > mask)
            {
                seen = Volatile.Read(ref line.Taken);
                if (next - seen > mask)
                {
                    Pause();
                }
            }

            items[2 + ((int)next & mask)].Fill(next);
            Volatile.Write(ref line.Published, next + 1);
        }
    }

    private static long Consume(Lines line, Event64[] items, long first)
    {
        int mask = items.Length - 5;
        long sum = 0;
        for (long next = first; next < first + Piece;)
        {
            long published = Math.Min(Volatile.Read(ref line.Published), Math.Min(next + 1024, first + Piece));
            if (published == next)
            {
                Pause();
            }

            for (; next < published; next++)
            {
                sum += items[2 + ((int)next & mask)].Sum;
            }

            Volatile.Write(ref line.Taken, next);
        }

        return sum;
    }

    private static void Pause()
    {
        for (int i = 0; i < 32 && X86Base.IsSupported; i++)
        {
            X86Base.Pause();
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 528)]
    private sealed class Lines
    {
        [FieldOffset(128)]
        public long Published;

        [FieldOffset(264)]
        public long Taken;
    }
}
