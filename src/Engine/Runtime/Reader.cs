using System;
using System.Globalization;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Kernels;
using DataStream.Sources;

namespace DataStream.Runtime;

/// <summary>Reads one source, cuts whole records and sends them: as many as fill a payload, or what is there when the next read would wait.</summary>
/// <remarks>
/// It reads into a block as long as a slot's and gives that away for the slot's own, so that records are not copied. Where no record ends in a whole block, more is gathered in a
/// larger buffer, and copied.
/// </remarks>
internal sealed class Reader : IDisposable
{
    private readonly RecordCutter _cutter;
    private readonly Dispatcher _dispatcher;
    private readonly RunState _state;
    private readonly int _payloadSize;
    private readonly int _maxRecords;
    private readonly PayloadBlock _block;
    private readonly NativeBlock _large;
    private bool _isLarge; // which of both is at hand
    private int _begin;
    private int _end;
    private long _offset;
    private int _fill;

    public Reader(Source source, RecordCutter cutter, Dispatcher dispatcher, RunState state, int payloadSize, int maxRecords)
    {
        (Source, _cutter, _dispatcher, _state) = (source, cutter, dispatcher, state);
        (_payloadSize, _maxRecords, _fill) = (payloadSize, maxRecords, payloadSize);
        _block = new PayloadBlock(PayloadRing.BlockSize(payloadSize));
        _large = new NativeBlock(payloadSize * 2);
    }

    public Source Source { get; }

    private Span<byte> Buffer => _isLarge ? _large.Bytes : _block.Bytes;

    public void Run()
    {
        try
        {
            while (!Source.IsInterrupted && Source.NextPart(out string name))
            {
                ReadPart(name);
            }
        }
        catch (StopException stop)
        {
            _dispatcher.Send(new Fault(stop.Code, stop.Message));
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // Fail closed: the run ends before anything behind this is written.
            _state.Fail(new Fault(ExitCode.Internal, $"reader: {unexpected.Message}", unexpected));
        }
        finally
        {
            _dispatcher.EndReader();
        }
    }

    public void Dispose()
    {
        Source.Dispose();
        _cutter.Dispose();
        _block.Dispose();
        _large.Dispose();
    }

    private void ReadPart(string name)
    {
        int id = _state.AddSource(name);
        _cutter.Begin(name);
        (_begin, _end, _offset) = (0, 0, 0);
        bool isFinal = false;
        while (!isFinal)
        {
            isFinal = FillOrFail(id);
            if (Source.IsInterrupted)
            {
                isFinal = false; // what is begun is not a record
            }

            if (!Cut(id, isFinal) || Source.IsInterrupted)
            {
                return;
            }

            if (isFinal)
            {
                _cutter.End();
            }

            if (!isFinal && _begin == 0 && _end == Buffer.Length)
            {
                if (_isLarge)
                {
                    throw new StopException(ExitCode.BadData, string.Create(CultureInfo.InvariantCulture,
                        $"{name}:{_cutter.Line}: no record ends within {_large.Length:N0} bytes; raise performance_tuning.payload_size, or name the format that the file has"));
                }

                Move(toLarge: true);
            }
        }
    }

    /// <summary>An input that fails gives its whole records first.</summary>
    private bool FillOrFail(int id)
    {
        try
        {
            return Fill();
        }
        catch (StopException)
        {
            Cut(id, isFinal: false, isLast: true);
            throw;
        }
    }

    /// <summary>Reads until there is enough for a payload, or the next read would wait; true at the end of the part.</summary>
    private bool Fill()
    {
        if (_begin > 0)
        {
            Move(toLarge: _isLarge && _end - _begin > _payloadSize / 2);
        }

        Span<byte> buffer = Buffer;
        do
        {
            // Not more than a payload takes, so that little is moved to the front again.
            int limit = Math.Clamp(_end < _fill ? _fill : _end + (_payloadSize / 4), _end + 1, buffer.Length);
            int read = Source.Read(buffer[_end..limit]);
            if (read == 0)
            {
                return true;
            }

            _dispatcher.NoteArrival();
            _end += read;
        }
        while (_end < _fill && Source.IsReady && !Source.IsInterrupted);
        return false;
    }

    /// <summary>Moves what is not cut yet to the front of a buffer.</summary>
    private void Move(bool toLarge)
    {
        Span<byte> rest = Buffer[_begin.._end];
        _isLarge = toLarge;
        rest.CopyTo(Buffer);
        (_begin, _end) = (0, rest.Length);
    }

    /// <summary>Sends whole records; false when the run is over.</summary>
    private bool Cut(int id, bool isFinal, bool isLast = false)
    {
        TextEncoding encoding = Source.Encoding;
        while (_begin < _end || _cutter.Holds(isFinal))
        {
            ReadOnlySpan<byte> bytes = Buffer[_begin.._end];
            long line = _cutter.Line;
            Cut cut = _cutter.Cut(bytes, isFinal, _maxRecords, _payloadSize + 2);
            int consumed = cut.Skip + (cut.IsMade ? 0 : cut.Length) + cut.Discard;
            if (consumed == 0 && cut.Length == 0)
            {
                return true;
            }

            long offset = cut.IsMade ? _cutter.MadeOffset : _offset + Transcoding.LengthBefore(bytes[..cut.Skip], encoding);
            _offset += Transcoding.LengthBefore(bytes[..consumed], encoding);
            if (cut.Length == 0)
            {
                _begin += consumed;
            }
            else
            {
                line += line > 0 ? bytes[..cut.Skip].Count((byte)'\n') : 0;
                if (!Send(cut, consumed, new PayloadOrigin(id, _cutter.Header, line, offset, encoding)))
                {
                    return false;
                }

                _fill = Math.Clamp(cut.Length + (cut.Length / 16), 4096, _payloadSize);
            }

            if (!isFinal && !isLast && Source.IsReady && _end - _begin < _fill && !_cutter.Holds(isFinal))
            {
                return true;
            }
        }

        return true;
    }

    private bool Send(in Cut cut, int consumed, in PayloadOrigin origin)
    {
        Span<byte> rest = Buffer[(_begin + consumed).._end];
        if (!_isLarge && !cut.IsMade && _begin == 0 && cut.Skip == 0 && rest.Length < cut.Length)
        {
            (_begin, _end) = (0, rest.Length);
            return _dispatcher.Send(_block, cut.Length, rest, origin);
        }

        ReadOnlySpan<byte> records = cut.IsMade ? _cutter.Made : Buffer.Slice(_begin + cut.Skip, cut.Length);
        _begin += consumed;
        return _dispatcher.Send(records, origin);
    }
}
