using System;
using System.Buffers.Binary;

namespace DataStream.Formats.MessagePack;

/// <summary>What is done with the value behind a key.</summary>
internal enum MessagePackStepKind : byte
{
    /// <summary>Nobody needs it.</summary>
    Skip,
    Int64,
    Float64,
    Text,

    /// <summary>A timestamp from the extension.</summary>
    Instant,

    /// <summary>Any other field, and other forms of these.</summary>
    Field,

    /// <summary>A map with something in it that is needed: its head is stepped over, and its keys follow.</summary>
    Enter,
}

/// <summary>A key that is expected, and what to do with its value.</summary>
internal struct MessagePackStep
{
    /// <summary>The key's first 16 bytes, its head among them, as two words; the masks have ones where they count.</summary>
    public ulong Low;
    public ulong LowMask;
    public ulong High;
    public ulong HighMask;
    public int KeyStart; // among the shape's bytes
    public int KeyLength;
    public MessagePackStepKind Kind;

    /// <summary>The value's first byte: of a map that is entered.</summary>
    public byte Head;

    /// <summary>The level of the value.</summary>
    public short Depth;

    /// <summary>The column; of <see cref="MessagePackStepKind.Field"/> the field's number.</summary>
    public int Target;
}

/// <summary>What a record looked like: its head, its keys in their order, and which columns they fill. Allocated whole at construction.</summary>
internal sealed class MessagePackShape(int fields)
{
    public const int MaxSteps = 48;
    public const int MaxKey = 32; // with its head of one byte

    private readonly byte[] _keys = new byte[MaxSteps * MaxKey];
    private readonly MessagePackStep[] _steps = new MessagePackStep[MaxSteps];
    private readonly int[] _filled = new int[fields];
    private readonly int[] _missing = new int[fields];
    private int _keysUsed;
    private int _count;
    private int _filledCount;
    private int _missingCount;

    /// <summary>The record's first byte; −1, which is none: nothing was learned.</summary>
    public int Head { get; private set; } = -1;

    /// <summary>How often the shape was met of late, less how often it was not.</summary>
    public int Score { get; set; }

    public ReadOnlySpan<MessagePackStep> Steps => _steps.AsSpan(0, _count);

    /// <summary>Columns that a record of this shape fills, but those whose validity is stored with the value.</summary>
    public ReadOnlySpan<int> Filled => _filled.AsSpan(0, _filledCount);

    /// <summary>Numbers of fields that it lacks.</summary>
    public ReadOnlySpan<int> Missing => _missing.AsSpan(0, _missingCount);

    public ReadOnlySpan<byte> Key(in MessagePackStep step) => _keys.AsSpan(step.KeyStart, step.KeyLength);

    /// <summary>Forgets what was learned; the shape counts again from <see cref="Finish"/> on.</summary>
    public void Clear()
    {
        Head = -1;
        Score = 0;
        (_keysUsed, _count, _filledCount, _missingCount) = (0, 0, 0, 0);
    }

    public void Finish(byte head) => Head = head;

    public void AddFilled(int column) => _filled[_filledCount++] = column;

    public void AddMissing(int field) => _missing[_missingCount++] = field;

    /// <summary>Adds a key as it stands in a record, with its head; false when there is no room.</summary>
    public bool TryAdd(ReadOnlySpan<byte> key, MessagePackStep step)
    {
        if (_count == MaxSteps || key.Length > MaxKey)
        {
            return false;
        }

        Span<byte> words = stackalloc byte[16];
        Span<byte> masks = stackalloc byte[16];
        words.Clear();
        masks.Clear();
        int shown = Math.Min(key.Length, words.Length);
        key[..shown].CopyTo(words);
        masks[..shown].Fill(0xFF);
        step.Low = BinaryPrimitives.ReadUInt64LittleEndian(words);
        step.High = BinaryPrimitives.ReadUInt64LittleEndian(words[8..]);
        step.LowMask = BinaryPrimitives.ReadUInt64LittleEndian(masks);
        step.HighMask = BinaryPrimitives.ReadUInt64LittleEndian(masks[8..]);
        step.KeyStart = _keysUsed;
        step.KeyLength = key.Length;
        key.CopyTo(_keys.AsSpan(_keysUsed));
        _keysUsed += key.Length;
        _steps[_count++] = step;
        return true;
    }
}
