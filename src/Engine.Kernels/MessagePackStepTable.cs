using System;
using System.Buffers.Binary;
using System.Linq;
using System.Runtime.CompilerServices;

namespace DataStream.Kernels;

/// <summary>The keys that are known, found by map and bytes. One thread's; allocated whole at construction.</summary>
public sealed class MessagePackStepTable
{
    /// <summary>The most keys.</summary>
    public const int MaxSteps = 63;

    /// <summary>The longest key, with its head of one byte.</summary>
    public const int MaxKey = 32;

    private const int NoKey = MaxKey + 1; // the length of what stands for a map's beginning: longer than any key, so no bytes are like it
    private const int Places = 256; // at most a quarter is taken

    private static readonly (ulong Low, ulong High)[] s_masks = [.. Enumerable.Range(0, MaxKey + 1).Select(length =>
        (length >= 8 ? ulong.MaxValue : (1UL << (8 * length)) - 1, length >= 16 ? ulong.MaxValue : length > 8 ? (1UL << (8 * (length - 8))) - 1 : 0))];

    private readonly byte[] _keys = new byte[MaxSteps * MaxKey];
    private readonly MessagePackStep[] _steps = new MessagePackStep[MaxSteps + 1];
    private readonly byte[] _places = new byte[Places];
    private int _used;

    /// <summary>The first step stands for a record's beginning.</summary>
    public MessagePackStepTable() => _steps[0].Length = NoKey;

    public int Count { get; private set; }

    /// <summary>A key by its number, from 1 on.</summary>
    public ref MessagePackStep this[int number] => ref _steps[number];

    internal Span<MessagePackStep> Steps => _steps.AsSpan(0, Count + 1);

    /// <summary>Adds a key as it stands in a record; false when there is no room.</summary>
    /// <param name="key">A text with a head of one byte.</param>
    /// <param name="step">Map, kind, target, bit and inner map.</param>
    public bool TryAdd(ReadOnlySpan<byte> key, MessagePackStep step)
    {
        if (Count == MaxSteps || key.Length > MaxKey)
        {
            return false;
        }

        Span<byte> words = stackalloc byte[16];
        words.Clear();
        key[..Math.Min(key.Length, words.Length)].CopyTo(words);
        (step.Low, step.High) = (BinaryPrimitives.ReadUInt64LittleEndian(words), BinaryPrimitives.ReadUInt64LittleEndian(words[8..]));
        (step.LowMask, step.HighMask) = Masks(key.Length);
        (step.Start, step.Length, step.Number) = (_used, key.Length, (byte)(Count + 1));
        key.CopyTo(_keys.AsSpan(_used));
        _used += key.Length;
        Count++;
        step.Next = Count;
        _steps[Count] = step;
        ref int first = ref _steps[step.Map].Next;
        first = first == step.Map ? Count : first;
        int place = Place(step.Low, step.High, step.Map);
        while (_places[place] != 0)
        {
            place = (place + 1) % Places;
        }

        _places[place] = (byte)Count;
        return true;
    }

    /// <summary>Adds a map that stands behind a key; false when there is no room.</summary>
    public bool TryAddMap(out int map)
    {
        map = Count + 1;
        if (Count == MaxSteps)
        {
            return false;
        }

        _steps[++Count] = new MessagePackStep { Length = NoKey, Next = map, Map = (byte)map, Number = (byte)map };
        return true;
    }

    /// <summary>The key of a map at the beginning of the bytes, at least 64; 0 where it is unknown.</summary>
    public int Find(ReadOnlySpan<byte> bytes, int map)
    {
        int head = bytes[0];
        if ((head & 0xE0) != 0xA0)
        {
            return 0;
        }

        int length = (head & 0x1F) + 1;
        (ulong lowMask, ulong highMask) = Masks(length);
        ulong low = BinaryPrimitives.ReadUInt64LittleEndian(bytes) & lowMask;
        ulong high = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) & highMask;
        for (int place = Place(low, high, map); _places[place] != 0; place = (place + 1) % Places)
        {
            int found = _places[place];
            ref readonly MessagePackStep step = ref _steps[found];
            if (step.Low == low && step.High == high && step.Map == map && (length <= 16 || EndsAlike(step, bytes)))
            {
                return found;
            }
        }

        return 0;
    }

    /// <summary>Whether the bytes behind the first 16 are the key's.</summary>
    internal bool EndsAlike(in MessagePackStep step, ReadOnlySpan<byte> bytes) =>
        step.Length != NoKey && bytes[16..step.Length].SequenceEqual(_keys.AsSpan(step.Start + 16, step.Length - 16));

    /// <summary>The key that most probably has these first 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per key that comes in another order
    internal int Guess(ulong low, ulong high, int map)
    {
        (ulong lowMask, ulong highMask) = Masks((int)(low & 0x1F) + 1);
        return _places[Place(low & lowMask, high & highMask, map)];
    }

    /// <summary>Ones where bytes of a key's first 16 are, by its length. A table: keys of all lengths come in turns, which no branch foresees.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Low, ulong High) Masks(int length) => s_masks[length];

    private static int Place(ulong low, ulong high, int map) => (int)(((low * 0x9E37_79B9_7F4A_7C15) + (high * 0xC2B2_AE3D_27D4_EB4F) + ((ulong)map << 57)) >> 56);
}
