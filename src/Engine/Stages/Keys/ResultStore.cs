using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Kernels;
using DataStream.Windows;

namespace DataStream.Stages.Keys;

/// <summary>Rows of results that an owner's windows give to a payload, until the payload's lane takes them. It grows, and is charged; in order.</summary>
/// <remarks>Row by row: what caused the row, the columns' values as words (a text as place and length in the store's arena), one bit per column that is null.</remarks>
internal sealed class ResultStore : IDisposable
{
    private readonly WindowStage _window;
    private readonly NativeArray<long> _words;
    private readonly TextArena _texts;
    private readonly long[] _faults;
    private readonly int _columns;
    private readonly int _stride;
    private int _taken;

    public ResultStore(WindowStage window, Action<long> charge)
    {
        _window = window;
        _words = new NativeArray<long>(charge);
        _texts = new TextArena(charge);
        _faults = new long[window.Faults];
        _columns = window.Results.Count;
        _stride = 1 + _columns + ((_columns + 63) / 64);
    }

    public int Count { get; private set; }

    /// <summary>Whether all rows were taken.</summary>
    public bool IsEmpty => _taken == Count;

    public void Begin()
    {
        Count = 0;
        _taken = 0;
        _texts.Reset();
        _faults.AsSpan().Clear();
    }

    public void Fault(int aggregate) => _faults[aggregate]++;

    /// <summary>Adds the first rows of a batch.</summary>
    public void Add(Batch batch, int count, long cause)
    {
        _words.EnsureLength(checked((Count + count) * _stride));
        for (int row = 0; row < count; row++)
        {
            Span<long> words = _words.Items.Slice((Count + row) * _stride, _stride);
            words[(1 + _columns)..].Clear();
            words[0] = cause;
            for (int column = 0; column < _columns; column++)
            {
                if (batch.IsNull(column, row))
                {
                    words[1 + _columns + (column >> 6)] |= 1L << column;
                }

                words[1 + column] = _window.Results[column].Kind switch
                {
                    ColumnKind.Bool => batch.Padded<byte>(column)[row],
                    ColumnKind.Text => batch.IsNull(column, row) ? 0 : Keep(batch.Bytes(batch.Padded<Text>(column)[row])),
                    _ => batch.Padded<long>(column)[row],
                };
            }
        }

        Count += count;
    }

    /// <summary>Whether the next row of this store comes before the next of another one.</summary>
    public bool IsBefore(ResultStore other)
    {
        ReadOnlySpan<long> a = Next;
        ReadOnlySpan<long> b = other.Next;
        if (_window.IsSession)
        {
            if (a[2] != b[2])
            {
                return a[2] < b[2]; // the end, which is written behind the start
            }

            if (a[1] != b[1])
            {
                return a[1] < b[1];
            }
        }
        else if (a[0] != b[0])
        {
            return a[0] < b[0];
        }

        for (int column = _window.FirstKey; column < _window.FirstKey + _window.Keys; column++)
        {
            int order = Compare(a, other, b, column);
            if (order != 0)
            {
                return order < 0;
            }
        }

        return false;
    }

    /// <summary>Writes the next row to the results, and goes to the one behind it.</summary>
    public void Take(WindowResults results)
    {
        ReadOnlySpan<long> words = Next;
        int row = results.NextRow();
        Batch batch = results.Batch;
        for (int column = 0; column < _columns; column++)
        {
            if (IsNull(words, column))
            {
                batch.SetNull(column, row);
                continue;
            }

            batch.SetValid(column, row);
            switch (_window.Results[column].Kind)
            {
                case ColumnKind.Bool:
                    batch.Padded<byte>(column)[row] = (byte)words[1 + column];
                    break;
                case ColumnKind.Text:
                    batch.Padded<Text>(column)[row] = batch.Arena.Append(TextOf(words[1 + column]));
                    break;
                default:
                    batch.Padded<long>(column)[row] = words[1 + column];
                    break;
            }
        }

        _taken++;
    }

    /// <summary>Tells the results of beyond their types' ranges.</summary>
    public void TellFaults(WindowResults results)
    {
        for (int aggregate = 0; aggregate < _faults.Length; aggregate++)
        {
            for (long i = 0; i < _faults[aggregate]; i++)
            {
                results.Fault(aggregate);
            }
        }
    }

    public void Dispose()
    {
        _words.Dispose();
        _texts.Dispose();
    }

    private ReadOnlySpan<long> Next => _words.Items.Slice(_taken * _stride, _stride);

    private bool IsNull(ReadOnlySpan<long> words, int column) => (words[1 + _columns + (column >> 6)] & (1L << column)) != 0;

    private long Keep(ReadOnlySpan<byte> bytes) => ((long)~_texts.Append(bytes).Offset << 32) | (uint)bytes.Length;

    private ReadOnlySpan<byte> TextOf(long word) => _texts.Bytes(new Text(~(int)(word >> 32), (int)word));

    /// <summary>Null first, texts by bytes, numbers by value, false before true.</summary>
    private int Compare(ReadOnlySpan<long> a, ResultStore other, ReadOnlySpan<long> b, int column)
    {
        bool isNull = IsNull(a, column);
        if (isNull || IsNull(b, column))
        {
            return isNull ? IsNull(b, column) ? 0 : -1 : 1;
        }

        (long one, long two) = (a[1 + column], b[1 + column]);
        return _window.Results[column].Kind switch
        {
            ColumnKind.Text => TextOf(one).SequenceCompareTo(other.TextOf(two)),
            ColumnKind.Float64 => OrderedFloat64.Order(BitConverter.Int64BitsToDouble(one)).CompareTo(OrderedFloat64.Order(BitConverter.Int64BitsToDouble(two))),
            _ => one.CompareTo(two),
        };
    }
}

/// <summary>What lanes must know of a window whose state lives with the keys' owners.</summary>
/// <param name="Results">The types of its results' columns.</param>
/// <param name="FirstKey">The first key among these columns.</param>
/// <param name="Keys">How many keys there are.</param>
/// <param name="Faults">How many of its results may be beyond their range.</param>
/// <param name="IsSession">Results come in order of end, start and key; otherwise in the order of the rows that caused them, then of the key.</param>
internal sealed record WindowStage(IReadOnlyList<ColumnType> Results, int FirstKey, int Keys, int Faults, bool IsSession);
