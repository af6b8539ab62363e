using System;
using DataStream.Flow;

namespace DataStream.Formats.Avro;

/// <summary>Cuts container files, bare datums and messages of the Confluent wire format into records. Inflates blocks, and checks them whole before a record of them leaves.</summary>
/// <remarks>
/// Payloads are made here (<see cref="RecordCutter.Made"/>). A block is sound or dead as a whole, however reads and payloads divide the file; what it holds beyond a
/// payload waits for the next one. Offsets are those of the file with every block inflated in its place. There are no lines: <see cref="RecordCutter.Line"/> is 0.
/// </remarks>
internal sealed class AvroCutter : RecordCutter
{
    private readonly AvroReading _reading;
    private readonly int _maxRecordSize;
    private readonly AvroParts _parts;
    private readonly AvroBuffer _held; // bytes of the file that were taken and are not understood yet
    private readonly AvroBuffer _block; // a block whose records do not fit into one payload, or were compressed
    private readonly AvroBuffer _raw; // the beginning of what cannot be read
    private readonly AvroDatums _datums;
    private string _source = "";
    private State _state;
    private AvroHeader? _header;
    private int _schema;
    private int _maxRecords;
    private int _maxLength;
    private long _need; // bytes that must be there before another try is worth it
    private int _taken;
    private long _offset; // of the next byte that is not understood yet
    private long _shift; // what blocks grew by so far
    private long _left; // records of the block still to go
    private long _blockOffset;
    private long _blockSize; // as it stands before the block
    private bool _isFull;
    private AvroPieces _dead; // what is to be made of the raw bytes
    private long _deadOffset;
    private bool _isDeadWhole;

    public AvroCutter(AvroReading reading)
    {
        _reading = reading;
        _maxRecordSize = reading.Plan.MaxRecordSize;
        Action<long> charge = reading.Plan.Charge;
        (_parts, _held, _block, _raw) = (new AvroParts(charge), new AvroBuffer(charge), new AvroBuffer(charge), new AvroBuffer(charge));
        _datums = new AvroDatums(reading);
        Line = 0;
    }

    private enum State
    {
        Start,
        Blocks,
        Resync,
        Datums,
        Rest,
        Over,
    }

    public override ReadOnlySpan<byte> Made => _parts.Bytes;

    public override long MadeOffset => _parts.Offset;

    public override void Begin(string source)
    {
        _source = source;
        _state = State.Start;
        _held.Clear();
        _block.Clear();
        _raw.Clear();
        (_offset, _shift, _left, _need) = (0, 0, 0, 0);
        (_isFull, _isDeadWhole) = (false, false);
        Line = 0;
    }

    public override bool Holds(bool isFinal) => _isFull || (isFinal && (_held.Length > 0 || _state is State.Resync or State.Rest));

    public override Cut Cut(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength)
    {
        (_maxRecords, _maxLength) = (maxRecords, maxLength);
        _parts.Clear();
        _isFull = false;
        int used = 0;
        while (!_isFull && !TakeReady())
        {
            bool isHeld = _held.Length > 0;
            if (isHeld && _held.Length < _need)
            {
                // Of datums more than the next try needs, so that tries are few.
                long wanted = Math.Max(_need - _held.Length, _state == State.Datums ? Math.Max(_held.Length / 2, 256) : 0);
                int more = (int)Math.Min(bytes.Length - used, wanted);
                _held.Add(bytes.Slice(used, more));
                used += more;
            }

            ReadOnlySpan<byte> data = isHeld ? _held.Bytes : bytes[used..];
            _taken = 0;
            bool hasMoved = Advance(data, isFinal && (!isHeld || used == bytes.Length));
            _offset += _taken;
            if (isHeld)
            {
                _held.Drop(_taken);
            }
            else
            {
                used += _taken;
            }

            if (hasMoved || (isHeld && used < bytes.Length))
            {
                continue;
            }

            if (!isHeld && used < bytes.Length)
            {
                _held.Add(bytes[used..]);
                used = bytes.Length;
            }

            break;
        }

        Header = _parts.Header;
        return new Cut(used, _parts.Bytes.Length, 0, IsMade: true);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _parts.Dispose();
            _held.Dispose();
            _block.Dispose();
            _raw.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Records of a block that was begun, or a dead event: true when the payload ends here.</summary>
    private bool TakeReady()
    {
        if (_left == 0 && !_isDeadWhole)
        {
            return false;
        }

        _isFull = true;
        if (!_parts.IsEmpty)
        {
            return true; // what is there goes first
        }

        if (_left > 0)
        {
            TakeRecords();
        }
        else
        {
            _parts.Set(_raw.Bytes, 1, _schema, _dead, _deadOffset);
            _raw.Clear();
            _isDeadWhole = false;
        }

        return true;
    }

    private void TakeRecords()
    {
        ReadOnlySpan<byte> data = _block.Bytes;
        int length = AvroRun.Take(data, _reading.Layout(_schema), Math.Min(_left, _maxRecords), _maxLength, _maxRecordSize, out long count, out bool isLong);
        _parts.Set(data[..(isLong ? _maxRecordSize + 1 : length)], count, _schema, isLong ? AvroPieces.TooLong : AvroPieces.Records, _blockOffset);
        _block.Drop(length);
        _blockOffset += length;
        _left -= count;
    }

    /// <summary>Takes a step; false when there are too few bytes for one (<see cref="_need"/>), or none are left.</summary>
    private bool Advance(ReadOnlySpan<byte> data, bool isFinal)
    {
        switch (_state)
        {
            case State.Start:
                return !data.IsEmpty && Start(data, isFinal);
            case State.Blocks:
                return !data.IsEmpty && TakeBlock(data, isFinal);
            case State.Resync:
                return Resync(data, isFinal);
            case State.Datums:
                return !data.IsEmpty && TakeDatums(data, isFinal);
            case State.Rest:
                return PassRest(data, isFinal);
            default:
                _taken = data.Length;
                return _taken > 0;
        }
    }

    private bool Need(long bytes)
    {
        _need = bytes;
        return false;
    }

    private bool Start(ReadOnlySpan<byte> data, bool isFinal)
    {
        ReadOnlySpan<byte> magic = AvroHeader.Magic;
        int known = Math.Min(data.Length, magic.Length);
        bool mayBeContainer = data[..known].SequenceEqual(magic[..known]);
        if (mayBeContainer && known < magic.Length && !isFinal)
        {
            return Need(magic.Length);
        }

        if (mayBeContainer && known == magic.Length)
        {
            return ReadHeader(data, isFinal);
        }

        if (_reading.Options.Schema is { } schema)
        {
            _datums.BeginBare(_reading.Register(schema, 0, _source));
            _state = State.Datums;
            return true;
        }

        if (data[0] == 0 && _reading.Options.Lookup is not null)
        {
            _datums.BeginMessages(_source);
            _state = State.Datums;
            return true;
        }

        throw new StopException(ExitCode.BadData, data[0] == 0
            ? $"{_source}: the bytes look like messages in the Confluent wire format, whose schemas are in a registry; there is none here: name the schema of bare datums in 'schema_file', or read a container file"
            : $"{_source}: no Avro object container file (it does not begin with 'Obj' and 1); bare datums need 'schema_file', the file with their schema");
    }

    private bool ReadHeader(ReadOnlySpan<byte> data, bool isFinal)
    {
        var cursor = new AvroCursor(data) { At = AvroHeader.Magic.Length };
        if (AvroHeader.Read(ref cursor) is not { } header)
        {
            if (cursor.Fault == AvroFault.Short && !isFinal && cursor.Needed <= AvroHeader.MaxLength)
            {
                return Need(Math.Max(cursor.Needed, data.Length + 1L));
            }

            throw new StopException(ExitCode.BadData, $"{_source}: the header of the Avro file is damaged, or ends too early");
        }

        if (!AvroCodec.IsKnown(header.Codec))
        {
            throw new StopException(ExitCode.BadData, $"{_source}: the codec of the Avro file is '{header.Codec}'; null, deflate, zstandard and snappy are known");
        }

        _header = header;
        _schema = _reading.Register(header.Schema, 0, _source);
        _state = State.Blocks;
        _taken = cursor.At;
        return true;
    }

    private bool TakeBlock(ReadOnlySpan<byte> data, bool isFinal)
    {
        var cursor = new AvroCursor(data);
        bool isRead = cursor.TryLong(out long count) && cursor.TryLong(out long size) && Fits(size, ref cursor);
        if (!isRead && cursor.Fault == AvroFault.Short && !isFinal)
        {
            return Need(Math.Max(cursor.Needed, data.Length + 1L));
        }

        if (!isRead || count < 0)
        {
            return Die(AvroPieces.Damaged, State.Resync);
        }

        int end = cursor.At - AvroHeader.MarkerLength;
        int start = end - (int)_blockSize;
        if (!data[end..cursor.At].SequenceEqual(_header!.Marker))
        {
            return Die(AvroPieces.Damaged, State.Resync);
        }

        ReadOnlySpan<byte> block = data[start..end];
        ReadOnlySpan<byte> readable = data[start..];
        bool isPacked = _header.Codec != "null";
        if (isPacked)
        {
            _block.Clear();
            if (!AvroCodec.TryInflate(_header.Codec, block, _block))
            {
                return Die(AvroPieces.Damaged, State.Resync);
            }

            block = readable = _block.Bytes;
        }

        AvroFault fault = AvroRun.Check(readable, block.Length, _reading.Layout(_schema), count, out int longest);
        if (fault != AvroFault.None)
        {
            return Die(fault == AvroFault.TooDeep ? AvroPieces.TooDeep : AvroPieces.Damaged, State.Resync);
        }

        long offset = _offset + _shift + start;
        _shift += block.Length - _blockSize;
        _taken = cursor.At;
        if (count > 0 && (longest > _maxRecordSize || !_parts.TryAddBlock(block, count, _schema, offset, _maxRecords, _maxLength)))
        {
            if (!isPacked)
            {
                _block.Clear();
                _block.Add(block);
            }

            (_left, _blockOffset) = (count, offset);
        }

        return true;
    }

    /// <summary>Goes behind a block and its marker, where it has a size that may be.</summary>
    private bool Fits(long size, ref AvroCursor cursor)
    {
        _blockSize = size;
        return size is >= 0 and <= AvroCodec.MaxBlock ? cursor.TrySkip((int)size + AvroHeader.MarkerLength) : cursor.Fail();
    }

    /// <summary>From here on nothing can be read, up to where the state finds a way on.</summary>
    private bool Die(AvroPieces kind, State state)
    {
        (_dead, _deadOffset, _state) = (kind, _offset + _shift, state);
        _raw.Clear();
        return true;
    }

    private bool Resync(ReadOnlySpan<byte> data, bool isFinal)
    {
        int marker = data.IndexOf(_header!.Marker);
        bool isOver = marker >= 0 || isFinal;
        _taken = marker >= 0 ? marker + AvroHeader.MarkerLength : isFinal ? data.Length : Math.Max(0, data.Length - AvroHeader.MarkerLength + 1);
        Gather(data[.._taken]);
        if (isOver)
        {
            _state = State.Blocks;
            _isDeadWhole = true;
        }

        return isOver || _taken > 0 || Need(AvroHeader.MarkerLength);
    }

    private void Gather(ReadOnlySpan<byte> bytes) => _raw.Add(bytes[..Math.Min(bytes.Length, _maxRecordSize - _raw.Length)]);

    private bool PassRest(ReadOnlySpan<byte> data, bool isFinal)
    {
        _taken = data.Length;
        Gather(data);
        if (isFinal || _raw.Length == _maxRecordSize)
        {
            _state = State.Over;
            _isDeadWhole = true;
        }

        return _taken > 0 || _isDeadWhole;
    }

    private bool TakeDatums(ReadOnlySpan<byte> data, bool isFinal)
    {
        _datums.Take(data, _maxRecords, _maxLength);
        if (_datums.Count > 0)
        {
            bool isLong = _datums.IsLong;
            _schema = _datums.Schema;
            _parts.Set(data[..(isLong ? _maxRecordSize + 1 : _datums.Length)], _datums.Count, _schema, isLong ? AvroPieces.TooLong : AvroPieces.Records, _offset);
            (_taken, _isFull) = (_datums.Length, true);
            return true;
        }

        // One that is too long anyway is not looked at for every few bytes.
        return _datums.Needed > data.Length && !isFinal && _datums.Needed <= AvroCodec.MaxBlock
            ? Need(_datums.Needed + (data.Length > _maxRecordSize ? data.Length / 4 : 0))
            : Die(_datums.Kind, State.Rest);
    }
}
