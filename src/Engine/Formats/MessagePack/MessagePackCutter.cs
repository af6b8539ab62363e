using System;
using DataStream.Kernels;

namespace DataStream.Formats.MessagePack;

/// <summary>Cuts a stream of concatenated values: it goes over them by their structure, for nothing frames them.</summary>
/// <remarks>
/// Of every value the length follows from its head, so that no depth is too great to be passed over. A byte that begins no value, and an end inside of one, leave no
/// way to find the next: all that is left of the file is one record, of which <c>max_record_size</c> + 1 bytes are kept. There are no lines.
/// </remarks>
internal sealed class MessagePackCutter(int maxRecordSize) : RecordCutter
{
    private const int LongestHead = 6;

    private readonly MessagePackEnds _ends = new();
    private long _at; // of the record at the front: where the next token begins
    private ulong _pending; // values that it still lacks
    private bool _isDiscarding;
    private bool _isEnded;

    public override void Begin(string source)
    {
        Line = 0;
        _isDiscarding = false;
        _isEnded = false;
        (_at, _pending) = (0, 0);
    }

    public override Cut Cut(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength)
    {
        if (_isEnded)
        {
            return new Cut(0, 0, bytes.Length);
        }

        if (_isDiscarding)
        {
            return new Cut(0, 0, Discard(bytes, isFinal));
        }

        int done = 0;
        int records = 0;
        bool isSound = true;
        while (records < maxRecords)
        {
            if (_at == 0)
            {
                records += _ends.Pass(bytes[..Math.Min(bytes.Length, maxLength)], ref done, maxRecords - records, maxRecordSize);
                if (records == maxRecords)
                {
                    break;
                }
            }

            ReadOnlySpan<byte> rest = bytes[done..];
            _pending = _at == 0 ? 1 : _pending;
            isSound = MessagePackTokens.Skip(rest, ref _at, ref _pending);
            if (_pending > 0 || _at > rest.Length)
            {
                break;
            }

            int length = (int)_at;
            (_at, _pending) = (0, 0);
            if (length > maxRecordSize || length > maxLength - done)
            {
                if (done > 0)
                {
                    break; // it is measured again when it stands at the front
                }

                int kept = Math.Min(length, maxRecordSize + 1);
                return new Cut(0, kept, length - kept);
            }

            _ends.Learn(bytes.Slice(done, length));
            done += length;
            records++;
        }

        if (!isSound)
        {
            (_at, _pending) = (0, 0);
        }

        return done > 0 ? new Cut(0, done, 0)
            : bytes.IsEmpty ? default
            : isSound ? CutUnfinished(bytes, isFinal)
            : CutRest(bytes, isFinal);
    }

    /// <summary>The first record reaches behind the bytes.</summary>
    private Cut CutUnfinished(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        if (isFinal)
        {
            return CutRest(bytes, isFinal);
        }

        // A head that is cut in two must not be among the bytes that are kept.
        if (bytes.Length <= (long)maxRecordSize + 1 + LongestHead)
        {
            return default;
        }

        int walked = (int)Math.Min(_at, bytes.Length);
        _at -= walked;
        _isDiscarding = true;
        return new Cut(0, maxRecordSize + 1, walked - maxRecordSize - 1);
    }

    /// <summary>Nothing behind the first record can be found: it takes the rest of the file.</summary>
    private Cut CutRest(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        if (!isFinal && bytes.Length <= maxRecordSize)
        {
            return default;
        }

        _isEnded = true;
        int kept = Math.Min(bytes.Length, maxRecordSize + 1);
        return new Cut(0, kept, bytes.Length - kept);
    }

    private int Discard(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        _isEnded = !MessagePackTokens.Skip(bytes, ref _at, ref _pending) || isFinal && (_pending > 0 || _at > bytes.Length);
        if (_isEnded)
        {
            return bytes.Length;
        }

        int walked = (int)Math.Min(_at, bytes.Length);
        _at -= walked;
        _isDiscarding = _pending > 0 || _at > 0;
        return walked;
    }
}
