using System;
using System.Globalization;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Sources;

namespace DataStream.Runtime;

/// <summary>Reads one source, cuts whole records and sends them: as many as fill a payload, or what is there when the next read would wait.</summary>
internal sealed class Reader(Source source, RecordCutter cutter, Dispatcher dispatcher, RunState state, int payloadSize, int maxRecords) : IDisposable
{
    private readonly NativeBlock _buffer = new(payloadSize * 2);
    private int _begin;
    private int _end;
    private long _offset;
    private int _fill = payloadSize;

    public Source Source => source;

    public void Run()
    {
        try
        {
            while (!source.IsInterrupted && source.NextPart(out string name))
            {
                ReadPart(name);
            }
        }
        catch (StopException stop)
        {
            dispatcher.Send(new Fault(stop.Code, stop.Message));
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            // Fail closed: the run ends before anything behind this is written.
            state.Fail(new Fault(ExitCode.Internal, $"reader: {unexpected.Message}", unexpected));
        }
        finally
        {
            dispatcher.EndReader();
        }
    }

    public void Dispose()
    {
        source.Dispose();
        _buffer.Dispose();
    }

    private void ReadPart(string name)
    {
        int id = state.AddSource(name);
        cutter.Begin(name);
        (_begin, _end, _offset) = (0, 0, 0);
        bool isFinal = false;
        while (!isFinal)
        {
            isFinal = Fill();
            if (source.IsInterrupted)
            {
                isFinal = false; // what is begun is not a record
            }

            if (!Cut(id, isFinal) || source.IsInterrupted)
            {
                return;
            }

            if (!isFinal && _begin == 0 && _end == _buffer.Length)
            {
                throw new StopException(ExitCode.BadData, string.Create(CultureInfo.InvariantCulture,
                    $"{name}:{cutter.Line}: no record ends within {_buffer.Length:N0} bytes; raise performance_tuning.payload_size, or name the format that the file has"));
            }
        }
    }

    /// <summary>Reads until there is enough for a payload, or the next read would wait; true at the end of the part.</summary>
    private bool Fill()
    {
        if (_begin > 0)
        {
            _buffer.Bytes[_begin.._end].CopyTo(_buffer.Bytes);
            (_begin, _end) = (0, _end - _begin);
        }

        do
        {
            // Not more than a payload takes, so that little is moved to the front again.
            int limit = Math.Clamp(_end < _fill ? _fill : _end + (payloadSize / 4), _end + 1, _buffer.Length);
            int read = source.Read(_buffer.Bytes[_end..limit]);
            if (read == 0)
            {
                return true;
            }

            _end += read;
        }
        while (_end < _fill && source.IsReady && !source.IsInterrupted);
        return false;
    }

    /// <summary>Sends whole records; false when the run is over.</summary>
    private bool Cut(int id, bool isFinal)
    {
        while (_begin < _end)
        {
            ReadOnlySpan<byte> bytes = _buffer.Bytes[_begin.._end];
            long line = cutter.Line;
            Cut cut = cutter.Cut(bytes, isFinal, maxRecords, payloadSize + 2);
            int consumed = cut.Skip + cut.Length + cut.Discard;
            if (consumed == 0)
            {
                return true;
            }

            if (cut.Length > 0)
            {
                line += bytes[..cut.Skip].Count((byte)'\n');
                if (!dispatcher.Send(bytes.Slice(cut.Skip, cut.Length), id, cutter.Header, line, _offset + cut.Skip))
                {
                    return false;
                }

                _fill = Math.Clamp(cut.Length + (cut.Length / 16), 4096, payloadSize);
            }

            _begin += consumed;
            _offset += consumed;
            if (!isFinal && source.IsReady && _end - _begin < _fill)
            {
                return true;
            }
        }

        return true;
    }
}
