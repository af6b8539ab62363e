using System;
using System.Collections.Generic;
using DataStream.Kernels;

namespace DataStream.Sources;

/// <summary>Another source's bytes as UTF-8. A part's byte-order mark (UTF-8 or UTF-16) beats the encoding that was stated; it passes on as UTF-8's, which readers of text skip.</summary>
/// <param name="inner">Owned.</param>
/// <param name="stated">The encoding of parts without a mark; UTF-16 without one has its lower bytes first, unless the first byte is zero.</param>
public sealed class EncodedSource(Source inner, TextEncoding stated) : Source
{
    private const int BufferSize = 32 * 1024;

    private readonly byte[] _raw = new byte[BufferSize];
    private readonly byte[] _text = new byte[BufferSize * Transcoding.MaxGrowth];
    private TextEncoding _encoding;
    private int _rawEnd;
    private int _start;
    private int _end;
    private bool _isAtStart;
    private bool _hasEnded;

    public override TextEncoding Encoding => _encoding;

    public override long BytesIn => inner.BytesIn;

    public override bool IsBounded => inner.IsBounded;

    public override bool IsReady => _start < _end || inner.IsReady;

    public override bool IsInterrupted => inner.IsInterrupted;

    public override bool NextPart(out string name)
    {
        (_rawEnd, _start, _end) = (0, 0, 0);
        (_isAtStart, _hasEnded) = (true, false);
        return inner.NextPart(out name);
    }

    public override int Read(Span<byte> buffer)
    {
        while (_start == _end && !IsInterrupted)
        {
            if (_hasEnded && _rawEnd == 0)
            {
                return 0;
            }

            Fill();
        }

        int count = Math.Min(buffer.Length, _end - _start);
        _text.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
        return count;
    }

    public override IReadOnlyList<string> Notices => inner.Notices;

    public override void Interrupt() => inner.Interrupt();

    protected override void Dispose(bool disposing)
    {
        inner.Dispose();
        base.Dispose(disposing);
    }

    private void Fill()
    {
        int read = _hasEnded ? 0 : inner.Read(_raw.AsSpan(_rawEnd));
        _hasEnded = read == 0;
        _rawEnd += read;
        if (_isAtStart && _rawEnd < 3 && !_hasEnded)
        {
            return; // a mark has three bytes at most
        }

        if (_isAtStart)
        {
            _encoding = EncodingOf(_raw.AsSpan(0, _rawEnd));
            _isAtStart = false;
        }

        _start = 0;
        _end = Transcoding.ToUtf8(_raw.AsSpan(0, _rawEnd), _encoding, _text, _hasEnded, out int consumed);
        _raw.AsSpan(consumed, _rawEnd - consumed).CopyTo(_raw);
        _rawEnd -= consumed;
    }

    private TextEncoding EncodingOf(ReadOnlySpan<byte> head) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => TextEncoding.Utf8,
        [0xFF, 0xFE, ..] => TextEncoding.Utf16,
        [0xFE, 0xFF, ..] => TextEncoding.Utf16BigEndian,
        [0, not 0, ..] when stated == TextEncoding.Utf16 => TextEncoding.Utf16BigEndian,
        _ => stated,
    };
}
