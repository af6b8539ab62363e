using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>Up to <see cref="Capacity"/> rows stored column by column, with one bit per row that says whether the row is live.</summary>
/// <remarks>
/// One lane's, one thread's. Every column is whole 64-row blocks, with <see cref="NativeBlock.Spare"/> readable bytes behind it,
/// so a kernel never meets a remainder; what lies behind the last row is garbage. A column has one validity bit per row (1 = a value,
/// 0 = null) that decoders and modules set for every row they write.
/// </remarks>
public sealed unsafe class Batch : IDisposable
{
    public const int BlockLength = 64;

    private readonly NativeBlock[] _columns;
    private readonly ulong[][] _validity;
    private readonly ulong[] _selection;
    private readonly ulong[] _dead;
    private readonly int[] _deadReason;
    private readonly int[] _deadColumn;
    private readonly int[] _deadStage;
    private byte* _payload;
    private int _payloadLength;

    public Batch(IReadOnlyList<ColumnType> storage, int capacity, TextArena arena)
        : this(storage, capacity, arena, _ => true)
    {
    }

    /// <summary>A batch with room for some of the stored columns; the others may not be touched.</summary>
    internal Batch(IReadOnlyList<ColumnType> storage, int capacity, TextArena arena, Predicate<int> stores)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentOutOfRangeException.ThrowIfNotEqual(capacity % BlockLength, 0);
        Capacity = capacity;
        Arena = arena;
        int words = capacity / BlockLength;
        _selection = new ulong[words];
        _dead = new ulong[words];
        _deadReason = new int[capacity];
        _deadColumn = new int[capacity];
        _deadStage = new int[capacity];
        _columns = new NativeBlock[storage.Count];
        _validity = new ulong[storage.Count][];
        for (int i = 0; i < _columns.Length; i++)
        {
            _columns[i] = new NativeBlock(stores(i) ? storage[i].Size * capacity : 0);
            _validity[i] = stores(i) ? new ulong[words] : [];
        }

        RecordBlock = new NativeBlock(sizeof(Text) * capacity);
        EventTimeBlock = new NativeBlock(sizeof(long) * capacity);
        EarlierMaxBlock = new NativeBlock(sizeof(long) * capacity);
        _payload = EventTimeBlock.Start; // an empty text may be read before there is a payload, or without one
    }

    private NativeBlock RecordBlock { get; }

    private NativeBlock EventTimeBlock { get; }

    private NativeBlock EarlierMaxBlock { get; }

    /// <summary>The most rows the batch can hold.</summary>
    public int Capacity { get; }

    /// <summary>How many rows there are, dead and dropped ones included: every record of the input that is an event.</summary>
    public int Count { get; private set; }

    /// <summary>Where text that is not in the payload goes; reset when the payload is done.</summary>
    public TextArena Arena { get; }

    /// <summary>The stage now at work, for dead letters: 0 is <c>decode</c>, then the modules by number from 1.</summary>
    public int Stage { get; set; }

    /// <summary>The number of the payload that the rows are from.</summary>
    public long PayloadNumber { get; set; }

    /// <summary>What is known of how the records are written. The decoder's.</summary>
    internal RecordForm RecordForm { get; set; }

    /// <summary>The place of row 0 among the payload's events.</summary>
    public int FirstOrdinal { get; set; }

    /// <summary>The rows still alive.</summary>
    public Rows Rows => new(Selection);

    /// <summary>One bit per row, set while the row is live; whole words, bits behind the last row are 0.</summary>
    public Span<ulong> Selection => _selection.AsSpan(0, Words);

    /// <summary>The rows that were killed.</summary>
    public ReadOnlySpan<ulong> Dead => _dead.AsSpan(0, Words);

    /// <summary>Words of 64 rows in use.</summary>
    public int Words => (int)((uint)(Count + BlockLength - 1) / BlockLength);

    /// <summary>Where each row's record lies in the payload, without its line end. Filled when the plan keeps records.</summary>
    // Safe: the block holds Capacity texts.
    public Span<Text> Records => new(RecordBlock.Start, Count);

    /// <summary>Each row's event time in microseconds; garbage for dead rows and plans without event time.</summary>
    // Safe: the block holds Capacity longs.
    public Span<long> EventTimes => new(EventTimeBlock.Start, Words * BlockLength);

    /// <summary>The highest event time of all events before the row, of all payloads; <see cref="long.MinValue"/> before the first.</summary>
    // Safe: the block holds Capacity longs.
    public Span<long> EarlierMax => new(EarlierMaxBlock.Start, Words * BlockLength);

    /// <summary>Rows are later than <see cref="EarlierMax"/> says: event time is told, and they do not move it.</summary>
    public bool LatestIsTold { get; set; }

    /// <summary>The values of a column, one per row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Values<T>(Column<T> column) where T : unmanaged
    {
        Debug.Assert(_columns[column.Ordinal].Length >= Count * sizeof(T));

        // Safe: the plan gave out the ordinal with this type; the block holds Capacity values.
        return new Span<T>(_columns[column.Ordinal].Start, Count);
    }

    /// <summary>The values of a stored column up to a whole number of blocks, for kernels and decoders.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Padded<T>(int ordinal) where T : unmanaged
    {
        Debug.Assert(_columns[ordinal].Length >= Words * BlockLength * sizeof(T));

        // Safe: the block holds Capacity values, a multiple of 64.
        return new Span<T>(_columns[ordinal].Start, Words * BlockLength);
    }

    /// <summary>The values of a stored column up to a whole number of eights, for kernels that take a part of a block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Eights<T>(int ordinal) where T : unmanaged
    {
        Debug.Assert(_columns[ordinal].Length >= Words * BlockLength * sizeof(T));

        // Safe: the block holds Capacity values, a multiple of 64.
        return new Span<T>(_columns[ordinal].Start, (Count + 7) & ~7);
    }

    /// <summary>The whole column, for a decoder that does not know yet how many rows there will be.</summary>
    // Safe: the plan gave out the ordinal with this type; the block holds Capacity values.
    public Span<T> Whole<T>(int ordinal) where T : unmanaged => new(_columns[ordinal].Start, Capacity);

    /// <summary>A whole column of texts as words: the offset, and 32 bits further up the length.</summary>
    // Safe: as above; a text is these two.
    internal ReadOnlySpan<long> WholeTexts(int ordinal) => new(_columns[ordinal].Start, Capacity);

    /// <summary>Where the whole column begins, for kernels that write several columns at once: a value for each of <see cref="Capacity"/> rows.</summary>
    public nint StartOf(int ordinal)
    {
        Debug.Assert(_columns[ordinal].Length >= Capacity);

        // Safe: the number of an address; who uses it vouches for what it does there.
        return (nint)_columns[ordinal].Start;
    }

    /// <summary>Where <see cref="WholeRecords"/> begin.</summary>
    public nint StartOfRecords => (nint)RecordBlock.Start;

    /// <summary>All places for records, for a decoder that does not know yet how many rows there will be.</summary>
    // Safe: the block holds Capacity texts.
    public Span<Text> WholeRecords => new(RecordBlock.Start, Capacity);

    /// <summary>One bit per row of a column, 1 = a value, 0 = null.</summary>
    public Span<ulong> Validity(int ordinal) => _validity[ordinal].AsSpan(0, Words);

    /// <summary>All validity words of a column, for decoders.</summary>
    public Span<ulong> WholeValidity(int ordinal) => _validity[ordinal];

    public bool IsNull(int ordinal, int row) => (_validity[ordinal][row >> 6] & (1UL << row)) == 0;

    public void SetNull(int ordinal, int row) => _validity[ordinal][row >> 6] &= ~(1UL << row);

    public void SetValid(int ordinal, int row) => _validity[ordinal][row >> 6] |= 1UL << row;

    /// <summary>Marks a run of rows as values.</summary>
    public void SetValid(int ordinal, int first, int count)
    {
        Span<ulong> words = _validity[ordinal];
        for (int row = first, end = first + count; row < end;)
        {
            int next = Math.Min((row | 63) + 1, end);
            words[row >> 6] |= (ulong.MaxValue >> (64 - (next - row))) << row;
            row = next;
        }
    }

    /// <summary>Marks rows as values: those so many behind <paramref name="first"/>, in order.</summary>
    internal void SetValid(int ordinal, int first, ReadOnlySpan<byte> behind)
    {
        Span<ulong> words = _validity[ordinal];
        for (int i = 0; i < behind.Length;)
        {
            // A word in a register: what is stored and loaded again row by row waits for itself.
            int word = (first + behind[i]) >> 6;
            ulong bits = 0;
            for (int row; i < behind.Length && (row = first + behind[i]) >> 6 == word; i++)
            {
                bits |= 1UL << row;
            }

            words[word] |= bits;
        }
    }

    public bool IsLive(int row) => (_selection[row >> 6] & (1UL << row)) != 0;

    /// <summary>The bytes of a text value; valid until the arena grows or the payload is released.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes(Text text)
    {
        if (text.Offset < 0)
        {
            return Arena.Bytes(text);
        }

        Debug.Assert((long)text.Offset + text.Length <= _payloadLength);

        // Safe: decoders make texts inside their payload only.
        return new ReadOnlySpan<byte>(_payload + text.Offset, text.Length);
    }

    /// <summary>The first live row of a column of texts whose text lies neither in the payload nor in the arena; −1 where each does.</summary>
    internal int RowOutside(int ordinal)
    {
        ReadOnlySpan<Text> texts = _validity[ordinal].Length == 0 ? [] : Whole<Text>(ordinal);
        foreach (int row in texts.IsEmpty ? default : Rows)
        {
            if (!IsNull(ordinal, row) && !Holds(texts[row]))
            {
                return row;
            }
        }

        return -1;
    }

    /// <summary>Whether a text lies in the payload or in the arena.</summary>
    internal bool Holds(Text text) =>
        text.Length >= 0 && (text.Offset >= 0 ? (long)text.Offset + text.Length <= _payloadLength : (long)~text.Offset + text.Length <= Arena.Length);

    /// <summary>A text of at most 16 bytes as two words, lowest byte first, zeros behind the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per row of a keyed window
    public (ulong Low, ulong High) ShortText(Text text)
    {
        Debug.Assert(text.Length <= Kernels.ShortText.MaxLength);
        return Kernels.ShortText.LoadPadded(ref At(text), text.Length);
    }

    /// <summary>Copies a short text into a cell (<see cref="Kernels.Cells.TryCopyPlain"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per text that is written
    public bool TryCopyPlain(Text text, byte sign, byte other, Span<byte> cell) => Kernels.Cells.TryCopyPlain(ref At(text), text.Length, sign, other, cell);

    /// <summary>Writes a short text in quotes into a cell (<see cref="Kernels.Cells.TryQuote"/>).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // once per text that is written
    public bool TryQuote(Text text, Span<byte> cell) => Kernels.Cells.TryQuote(ref At(text), text.Length, cell);

    /// <summary>Takes a row out of the batch. Its bucket in the ledger is the module's (filtered, unless it says otherwise).</summary>
    public void Drop(int row) => _selection[row >> 6] &= ~(1UL << row);

    /// <summary>Makes a live row a dead letter. Nothing happens to a row that is not live: it has its bucket already.</summary>
    /// <param name="row">The row.</param>
    /// <param name="reason">Why.</param>
    /// <param name="column">The stored column that is to blame, or −1.</param>
    public void Kill(int row, DeadReason reason, int column = -1)
    {
        ulong bit = 1UL << row;
        if ((_selection[row >> 6] & bit) == 0)
        {
            return;
        }

        _selection[row >> 6] &= ~bit;
        _dead[row >> 6] |= bit;
        _deadReason[row] = reason.Id;
        _deadColumn[row] = column;
        _deadStage[row] = Stage;
    }

    /// <summary>Why, at which stage and for which stored column (or −1) a row is dead.</summary>
    public (DeadReason Reason, int Stage, int Column) DeathOf(int row)
    {
        Debug.Assert((_dead[row >> 6] & (1UL << row)) != 0);
        return (DeadReason.FromId(_deadReason[row]), _deadStage[row], _deadColumn[row]);
    }

    public int CountLive() => PopCount(Selection);

    public int CountDead() => PopCount(Dead);

    /// <summary>Sets the number of rows and makes all of them live, none dead. Columns are garbage until written.</summary>
    public void SetCount(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Capacity);
        Count = count;
        Span<ulong> selection = Selection;
        selection.Fill(ulong.MaxValue);
        if (count % BlockLength != 0)
        {
            selection[^1] = (1UL << count) - 1;
        }

        _dead.AsSpan(0, selection.Length).Clear();
    }

    /// <summary>Sets the number of rows of a batch of registers, where nobody asks which of them are live.</summary>
    internal void SetRegisters(int count) => Count = count;

    /// <summary>Forgets the rows from <paramref name="count"/> on, and keeps what the others are.</summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Count);
        Count = count;
        if (count % BlockLength != 0)
        {
            _selection[count >> 6] &= (1UL << count) - 1;
            _dead[count >> 6] &= (1UL << count) - 1;
        }
    }

    /// <summary>The payload that texts with positive offsets point into.</summary>
    public void Attach(in Payload payload)
    {
        _payload = payload.Start is null ? EventTimeBlock.Start : payload.Start;
        _payloadLength = payload.FirstMessage > 0 ? payload.Capacity : payload.Length; // keys stand behind the values
        PayloadNumber = payload.Number;
    }

    public void Dispose()
    {
        foreach (NativeBlock column in _columns)
        {
            column.Dispose();
        }

        RecordBlock.Dispose();
        EventTimeBlock.Dispose();
        EarlierMaxBlock.Dispose();
    }

    /// <summary>The payload; <see cref="NativeBlock.Spare"/> readable bytes are behind it.</summary>
    // Safe: the payload's bytes, and those of its messages' keys.
    internal ReadOnlySpan<byte> PayloadBytes => new(_payload, _payloadLength);

    /// <summary>Where the payload's texts count from.</summary>
    internal byte* PayloadStart => _payload;

    // Safe: a text lies in its payload or in the arena, both with 64 readable bytes behind their ends.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref byte At(Text text) => ref text.Offset < 0 ? ref Arena.At(text) : ref *(_payload + text.Offset);

    private static int PopCount(ReadOnlySpan<ulong> words)
    {
        int count = 0;
        foreach (ulong word in words)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }
}
