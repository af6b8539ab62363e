using System;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Kernels;

namespace DataStream.Stages;

/// <summary>Makes messages of the rows that an encoder writes: each gets its key and time, and loses its line end. One per lane and output.</summary>
/// <remarks>A row is gathered here, since what stands before it says how long it is.</remarks>
public sealed class MessageRows(MessageLayout layout) : OutputBuffer
{
    private const int MostWords = 65_536 / Batch.BlockLength; // of the largest partition_size

    private byte[] _row = new byte[16 * 1024];
    private byte[] _key = new byte[256];
    private readonly ulong[] _selection = new ulong[MostWords]; // never made anew: results of windows come in batches that grow
    private int _length;
    private bool _isRow; // begun and not ended
    private OutputBuffer _target = null!;
    private Batch _batch = null!;
    private ulong _word;
    private int _wordIndex;
    private int _words;

    /// <summary>Encodes the rows whose bit is set as messages.</summary>
    public void Encode(Encoder encoder, Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer target)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        (_target, _batch, _wordIndex, _words) = (target, batch, -1, rows.Length);
        _word = 0;
        _isRow = false;
        rows.CopyTo(_selection);
        encoder.Encode(batch, rows, this);
        if (_isRow)
        {
            throw new InvalidOperationException("an encoder did not end a row that it began");
        }
    }

    public override void BeginRow()
    {
        if (_isRow)
        {
            throw new InvalidOperationException("an encoder began a row before it ended the one before");
        }

        _isRow = true;
        _length = 0;
    }

    public override Span<byte> Reserve(int length)
    {
        if (!_isRow)
        {
            throw OutsideRow();
        }

        if (_row.Length - _length < length)
        {
            Array.Resize(ref _row, Math.Max(2 * _row.Length, _length + length));
        }

        return _row.AsSpan(_length);
    }

    public override void Commit(int length)
    {
        if (!_isRow)
        {
            throw OutsideRow();
        }

        if ((uint)length > (uint)(_row.Length - _length))
        {
            throw new InvalidOperationException($"an encoder kept {length} bytes where there was room for {_row.Length - _length}");
        }

        _length += length;
    }

    public override void EndRow()
    {
        if (!_isRow)
        {
            throw new InvalidOperationException("an encoder ended a row that it did not begin");
        }

        _isRow = false;
        int row = NextRow();
        ReadOnlySpan<byte> value = _row.AsSpan(0, _length);
        value = layout.EndsLines && value.EndsWith("\n"u8) ? value[..^1] : value;
        int key = layout.Key is { } field ? WriteKey(field, row) : -1;
        long time = layout.Time < 0 || _batch.IsNull(layout.Time, row) ? MessageFrame.NoTime
            : Math.Max(0, FloorToMilliseconds(_batch.Values(new Column<long>(layout.Time))[row]));
        _target.BeginRow();
        MessageFrame.WriteHead(_target.Reserve(MessageFrame.HeadLength), key, 0, value.Length, time);
        _target.Commit(MessageFrame.HeadLength);
        _target.Write(_key.AsSpan(0, Math.Max(0, key)));
        _target.Write(value);
        _target.EndRow();
    }

    private static long FloorToMilliseconds(long micros) => (micros - (((micros % 1000) + 1000) % 1000)) / 1000;

    private static InvalidOperationException OutsideRow() => new("an encoder wrote outside of a row: BeginRow comes before Reserve and Commit");

    /// <summary>Encoders write the rows whose bits are set, in order.</summary>
    private int NextRow()
    {
        while (_word == 0 && _wordIndex + 1 < _words)
        {
            _word = _selection[++_wordIndex];
        }

        if (_word == 0)
        {
            throw new InvalidOperationException("an encoder wrote more rows than it was given");
        }

        int row = (_wordIndex * Batch.BlockLength) + System.Numerics.BitOperations.TrailingZeroCount(_word);
        _word &= _word - 1;
        return row;
    }

    /// <summary>The key as CSV writes it, without quotes; −1 for null.</summary>
    private int WriteKey(Field field, int row)
    {
        if (_batch.IsNull(field.Ordinal, row))
        {
            return -1;
        }

        switch (field.Type.Kind)
        {
            case ColumnKind.Int64:
                return NumberText.FormatInt64(_batch.Values(new Column<long>(field.Ordinal))[row], _key);
            case ColumnKind.Float64:
                return NumberText.FormatFloat64(_batch.Values(new Column<double>(field.Ordinal))[row], _key);
            case ColumnKind.Decimal:
                return NumberText.FormatDecimal(_batch.Values(new Column<long>(field.Ordinal))[row], field.Type.Scale, _key);
            case ColumnKind.Bool:
                return Bools.Format(_batch.Values(new Column<bool>(field.Ordinal))[row], _key);
            case ColumnKind.Timestamp:
                return Timestamps.Format(_batch.Values(new Column<Timestamp>(field.Ordinal))[row].Microseconds, _key);
            default:
                ReadOnlySpan<byte> text = _batch.Bytes(_batch.Values(new Column<Text>(field.Ordinal))[row]);
                if (text.Length > _key.Length)
                {
                    _key = new byte[2 * text.Length];
                }

                text.CopyTo(_key);
                return text.Length;
        }
    }
}
