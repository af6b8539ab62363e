using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels;

/// <summary>For each of some hundred bytes: if a short key stood there, with a value behind it whose token alone says how long it is, where the next key would.</summary>
/// <remarks>
/// From key to key a walk then waits for one look instead of two tokens and a table. Computed for 64 bytes at a time, most of them in vain, so only where a machine looks up 64
/// bytes in 128 by one instruction. One thread's.
/// </remarks>
internal sealed unsafe class MessagePackJumps
{
    private const int MaxBlocks = 32;
    private const int Block = 64;
    private const int Tail = 3 * Block;

    // Pinned for ever.
    private readonly byte[] _jumps = GC.AllocateArray<byte>(MaxBlocks * Block, pinned: true);
    private readonly byte[] _tail = GC.AllocateArray<byte>(Tail, pinned: true);

    /// <summary>The machine has what it takes.</summary>
    public static bool IsSupported => Avx512Vbmi.IsSupported;

    /// <summary>How far behind a place its jump stands: how many bytes on the next key would, or 0 where nothing is known.</summary>
    public nint Distance { get; private set; }

    /// <summary>The last place that has a jump.</summary>
    public byte* Last { get; private set; }

    /// <summary>Computes jumps.</summary>
    /// <param name="from">The first place.</param>
    /// <param name="end">Where the bytes end.</param>
    /// <param name="blocks">How many times 64 jumps, at most.</param>
    public void Fill(byte* from, byte* end, int blocks)
    {
        if (!IsSupported)
        {
            return;
        }

        // Safe: what is read is whole blocks before the end, or the copy of what is left; there is room for so many jumps.
        blocks = (int)Math.Min(Math.Min(blocks, MaxBlocks), ((end - from) / Block) - 1);
        byte* source = from;
        if (blocks <= 0)
        {
            Array.Clear(_tail);
            new ReadOnlySpan<byte>(from, (int)Math.Min(end - from, Tail)).CopyTo(_tail);

            // Safe: the array never moves.
            source = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_tail));
            blocks = 2;
        }

        // Safe: as above.
        byte* jumps = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_jumps));
        Compute(source, jumps, blocks);
        Distance = (nint)(jumps - from);
        Last = from + (blocks * Block) - 1;
    }

    private static void Compute(byte* source, byte* jumps, int blocks)
    {
        // Safe: a block more than there are to be filled is readable; a table of 256 bytes.
        ref byte sizes = ref MemoryMarshal.GetReference(T.Sizes);
        Vector512<byte> low = Vector512.LoadUnsafe(ref sizes, 128);
        Vector512<byte> high = Vector512.LoadUnsafe(ref sizes, 192);
        Vector512<byte> places = Vector512<byte>.Indices;
        Vector512<byte> bytes = Vector512.Load(source);
        Vector512<byte> tokens = Sizes(bytes, low, high);
        for (int i = 0; i < blocks; i++)
        {
            source += Block;

            // Safe: as above.
            Vector512<byte> next = Vector512.Load(source);
            Vector512<byte> nextTokens = Sizes(next, low, high);
            Vector512<byte> key = (bytes & Vector512.Create((byte)0x1F)) + Vector512<byte>.One;
            Vector512<byte> value = Avx512Vbmi.PermuteVar64x8x2(tokens, places + key, nextTokens);
            Vector512<byte> isKey = Vector512.Equals(bytes & Vector512.Create((byte)0xE0), Vector512.Create((byte)0xA0));
            Vector512<byte> jump = Vector512.AndNot(key + value, Vector512.Equals(value, Vector512<byte>.Zero)) & isKey;

            // Safe: as above.
            Vector512.Store(jump, jumps);
            jumps += Block;
            (bytes, tokens) = (next, nextTokens);
        }
    }

    /// <summary>The sizes of values by their tokens, 0 where that does not say it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Sizes(Vector512<byte> tokens, Vector512<byte> low, Vector512<byte> high) =>
        Vector512.ConditionalSelect(Vector512.LessThan(tokens.AsSByte(), Vector512<sbyte>.Zero).AsByte(), Avx512Vbmi.PermuteVar64x8x2(low, tokens, high), Vector512<byte>.One);
}
