using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DataStream.Kernels;

/// <summary>The keys that are known, found by map and bytes: each has a slot to itself, so that one look decides. One thread's; allocated whole at construction.</summary>
public sealed unsafe class MessagePackStepTable
{
    /// <summary>The most keys.</summary>
    public const int MaxSteps = 63;

    /// <summary>The longest key, with its head of one byte.</summary>
    public const int MaxKey = 32;

    // All that the walk over a record looks at, in one block, so that it needs one register.
    internal const int SlotCount = 1024; // so many more than keys that a few factors bring one that parts them all
    internal const int Sizes = SlotCount;
    internal const int Ones = Sizes + 256;
    internal const int Keys = Ones + (2 * MaxKey);
    internal const int Bits = MaxKey + 8; // in a key's line: one bit of those that may come once only, 0 of others
    private const int Line = 64; // of the cache: a key's
    private const int BlockLength = Keys + ((MaxSteps + 1) * Line);

    private const int MaxFactors = 64;
    private const int SlotShift = 64 - 10;
    internal const int MapShift = 16;
    internal const uint Others = 0xFF_FF00; // of what to do: the map, and the inner one
    private const int InnerShift = 8;
    private const int CountedBit = 6;

    // Pinned for ever; the first line may lie partly before it.
    private readonly byte[] _memory = GC.AllocateArray<byte>(BlockLength + Line, pinned: true);

    /// <summary>A table without keys.</summary>
    public MessagePackStepTable()
    {
        // Safe: the array never moves, and has a line more than the block; it lives as long as the table.
        byte* memory = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_memory));
        Block = memory + (-(nint)memory & (Line - 1));
        MessagePackTokens.Sizes.CopyTo(new Span<byte>(Block + Sizes, 256));
        new Span<byte>(Block + Ones, MaxKey).Fill(0xFF);
        Block[Keys + 1] = 1; // number 0 is no key: a head of 0 leaves zeros behind itself, so that no bytes are like it
    }

    /// <summary>How many keys there are.</summary>
    public int Count { get; private set; }

    /// <summary>How many maps there are.</summary>
    public int Maps { get; private set; }

    /// <summary>Slots (a number each), sizes by token, ones and then zeros, keys with what to do.</summary>
    internal byte* Block { get; }

    /// <summary>What slots are computed with.</summary>
    internal ulong Factor { get; private set; } = 0x9E37_79B9_7F4A_7C15;

    /// <summary>A key by its number, from 1 on.</summary>
    public MessagePackStep this[int number]
    {
        get
        {
            ulong meta = MetaOf(number);
            return new MessagePackStep(MapOf(meta), PlaceOf(meta), ((int)meta >> CountedBit & 1) != 0 ? (int)meta & 63 : -1, InnerOf(meta));
        }
    }

    /// <summary>Adds a key as it stands in a record; false when there is no room.</summary>
    /// <param name="key">A text with a head of one byte.</param>
    /// <param name="step">What to do.</param>
    public bool TryAdd(ReadOnlySpan<byte> key, MessagePackStep step)
    {
        if (Count == MaxSteps || key.Length > MaxKey)
        {
            return false;
        }

        Count++;

        // Safe: there is room for so many keys.
        var line = new Span<byte>(LineOf(Count), Line);
        line.Clear();
        key.CopyTo(line);
        MetaOf(Count) = ((ulong)(uint)step.Place << 32) | ((uint)step.Map << MapShift) | ((uint)step.Inner << InnerShift) | (step.Bit < 0 ? 0U : (1U << CountedBit) | (uint)step.Bit);
        *(ulong*)(LineOf(Count) + Bits) = step.Bit < 0 ? 0 : 1UL << step.Bit;
        for (int i = 0; i < MaxFactors; i++)
        {
            if (TryPlace())
            {
                return true;
            }

            Factor = BitOperations.RotateLeft(Factor * 0xC2B2_AE3D_27D4_EB4F, 32) | 1;
        }

        Count--;
        while (!TryPlace())
        {
            Count--; // others of them are found with no factor that was tried: records with these are read otherwise
        }

        return false;
    }

    /// <summary>Numbers a map that stands behind a key; false when there is no room.</summary>
    public bool TryAddMap(out int map)
    {
        map = Maps + 1;
        if (Maps == MaxSteps)
        {
            return false;
        }

        Maps++;
        return true;
    }

    /// <summary>The key of a map at the beginning of the bytes, at least <see cref="MaxKey"/>; 0 where it is unknown.</summary>
    public int Find(ReadOnlySpan<byte> bytes, int map)
    {
        // Safe: the block has a slot for each number that Slot returns, and a line for each number in a slot.
        Vector256<byte> key = Vector256.Create<byte>(bytes[..MaxKey]) & Vector256.Load(Block + Ones + (~bytes[0] & (MaxKey - 1)));
        int number = Block[Slot(key, HashOf(map), Factor)];
        return Vector256.Load(LineOf(number)) == key && MapOf(MetaOf(number)) == map ? number : 0;
    }

    internal static int MapOf(ulong meta) => (int)(meta >> MapShift) & 0xFF;

    internal static int InnerOf(ulong meta) => (int)(meta >> InnerShift) & 0xFF;

    internal static int PlaceOf(ulong meta) => (int)(meta >> 32);

    /// <summary>What a map's number adds to its keys.</summary>
    internal static ulong HashOf(int map) => (ulong)(uint)map << 57;

    /// <summary>Where a key is looked for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per key
    internal static nuint Slot(Vector256<byte> key, ulong map, ulong factor)
    {
        Vector128<ulong> words = (key.GetLower() ^ key.GetUpper()).AsUInt64();
        return (nuint)(((words.ToScalar() ^ BitOperations.RotateLeft(words.GetElement(1), 29) ^ map) * factor) >> SlotShift);
    }

    private byte* LineOf(int number) => Block + Keys + (number * Line);

    // Safe: behind the key.
    private ref ulong MetaOf(int number) => ref *(ulong*)(LineOf(number) + MaxKey);

    private bool TryPlace()
    {
        // Safe: as above.
        new Span<byte>(Block, SlotCount).Clear();
        for (int number = 1; number <= Count; number++)
        {
            byte* slot = Block + Slot(Vector256.Load(LineOf(number)), HashOf(MapOf(MetaOf(number))), Factor);
            if (*slot != 0)
            {
                return false;
            }

            *slot = (byte)number;
        }

        return true;
    }
}
