using System;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Kernels;

/// <summary>Where the values of consecutive records stand, slot by slot: what the walk over the records leaves for the columns. One thread's; allocated whole at construction.</summary>
/// <remarks>
/// A slot has a lane with an entry for each record that has its value, in order: two marks (of a string what stands between its quotes, as <see cref="FieldRun"/> has it), the record, the kind.
/// <code>
/// lane   marks of 128 entries | records | kinds | how many
/// </code>
/// </remarks>
public sealed class JsonRun
{
    /// <summary>The most records: their bytes stay in the first caches until they are read.</summary>
    public const int MaxRecords = 128;

    internal const int RecordsAt = MaxRecords * 2 * sizeof(int);
    internal const int KindsAt = RecordsAt + MaxRecords;
    internal const int CountAt = KindsAt + MaxRecords;
    internal const int LaneSize = CountAt + 16;

    private static readonly byte[] s_numbers = [.. Enumerable.Range(0, MaxRecords).Select(i => (byte)i)];

    private readonly int _slots;
    private readonly byte[] _lanes;
    private readonly int[] _bounds = new int[(2 * MaxRecords) + 1]; // and where the next one begins
    private readonly int[] _ends = new int[MaxRecords];

    public JsonRun(int slots)
    {
        _slots = slots;
        _lanes = new byte[(slots + 1) * LaneSize];
    }

    /// <summary>Records so far.</summary>
    public int Count { get; internal set; }

    /// <summary>The lane of values that nobody needs.</summary>
    public int Spare => LaneOf(_slots);

    internal ref byte Lanes => ref _lanes[0];

    internal ref int Bounds => ref _bounds[0];

    /// <summary>The lane of a slot.</summary>
    public static int LaneOf(int slot) => slot * LaneSize;

    public void Clear()
    {
        Count = 0;
        for (int slot = 0; slot <= _slots; slot++)
        {
            SetEntries(slot, 0);
        }
    }

    /// <summary>How many records have a slot's value.</summary>
    // Safe: the place lies in the slot's lane, as those below.
    public int Entries(int slot) => MemoryMarshal.Read<int>(_lanes.AsSpan(LaneOf(slot) + CountAt));

    /// <summary>The marks of a slot's entries: two each, as many as <see cref="MaxRecords"/> have.</summary>
    // Safe: as above.
    public Span<int> Marks(int slot) => MemoryMarshal.Cast<byte, int>(_lanes.AsSpan(LaneOf(slot), RecordsAt));

    /// <summary>All lanes as marks.</summary>
    // Safe: numbers all over.
    public Span<int> AllMarks => MemoryMarshal.Cast<byte, int>(_lanes.AsSpan());

    /// <summary>Where in <see cref="AllMarks"/> the marks of a slot's next entry go; the slot behind the last one is nobody's.</summary>
    public int MarkOf(int slot) => (LaneOf(slot) / sizeof(int)) + (2 * Entries(slot));

    /// <summary>The records of a slot's entries.</summary>
    public ReadOnlySpan<byte> Records(int slot) => _lanes.AsSpan(LaneOf(slot) + RecordsAt, Entries(slot));

    /// <summary>The kinds of a slot's entries.</summary>
    public ReadOnlySpan<byte> Kinds(int slot) => _lanes.AsSpan(LaneOf(slot) + KindsAt, Entries(slot));

    /// <summary>Where a record begins and where it ends, without its line end.</summary>
    public (int Start, int End) BoundsOf(int record) => (_bounds[2 * record], _bounds[(2 * record) + 1]);

    /// <summary>Where the record behind the newest one begins; only where that was read with its line end.</summary>
    internal int NextStart => _bounds[2 * Count];

    /// <summary>Room for the places behind records that are added together.</summary>
    public Span<int> Ends => _ends;

    /// <summary>A new record, whose values are added to it.</summary>
    public void Begin(int start, int end) => (_bounds[2 * Count], _bounds[(2 * Count++) + 1]) = (start, end);

    /// <summary>New records, whose bounds nobody asks for.</summary>
    public void Begin(int records) => Count += records;

    /// <summary>Adds a value of the newest record.</summary>
    /// <param name="slot">Its slot, which has none of this record yet.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="start">Its first byte; of a string the one behind the quote.</param>
    /// <param name="end">The byte behind it; of a string the quote.</param>
    public void Add(int slot, JsonKind kind, int start, int end)
    {
        int entry = Entries(slot);
        Span<int> marks = Marks(slot);
        (marks[2 * entry], marks[(2 * entry) + 1]) = (start - 1, end);
        _lanes[LaneOf(slot) + RecordsAt + entry] = (byte)(Count - 1);
        _lanes[LaneOf(slot) + KindsAt + entry] = (byte)kind;
        SetEntries(slot, entry + 1);
    }

    /// <summary>Adds a value to each of the newest records whose marks are filled in already.</summary>
    public void Fill(int slot, int records, JsonKind kind)
    {
        int entry = Entries(slot);
        s_numbers.AsSpan(Count - records, records).CopyTo(_lanes.AsSpan(LaneOf(slot) + RecordsAt + entry));
        _lanes.AsSpan(LaneOf(slot) + KindsAt + entry, records).Fill((byte)kind);
        SetEntries(slot, entry + records);
    }

    /// <summary>Changes what an entry is.</summary>
    public void SetKind(int slot, int entry, JsonKind kind) => _lanes[LaneOf(slot) + KindsAt + entry] = (byte)kind;

    /// <summary>Where the record behind this one begins.</summary>
    internal int StartBehind(int record) => _bounds[(2 * record) + 2];

    /// <summary>CRs that are part of line ends are none of the records'.</summary>
    internal void TrimReturns(ReadOnlySpan<byte> text, int record)
    {
        for (; record < Count; record++)
        {
            ref int end = ref _bounds[(2 * record) + 1];
            end -= text[end - 1] == Lines.CarriageReturn ? 1 : 0;
        }
    }

    /// <summary>Takes back what a record left, and those behind it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal void TakeBack(int record)
    {
        Count = Math.Min(Count, record);
        for (int slot = 0; slot < _slots; slot++)
        {
            int entry = Entries(slot);
            while (entry > 0 && _lanes[LaneOf(slot) + RecordsAt + entry - 1] >= record)
            {
                entry--;
            }

            SetEntries(slot, entry);
        }
    }

    // Safe: as above.
    private void SetEntries(int slot, int entries) => MemoryMarshal.Write(_lanes.AsSpan(LaneOf(slot) + CountAt), entries);
}
