using System;
using DataStream.Flow;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>The first bytes of a file: skips a byte-order mark, and names what cannot be read as lines of UTF-8. One per cutter.</summary>
internal sealed class FileStart(int maxRecordSize)
{
    private string _source = "";
    private int _scanned; // bytes known to hold no LF

    public void Begin(string source)
    {
        _source = source;
        _scanned = 0;
    }

    /// <summary>Judges the bytes from the file's start on.</summary>
    /// <param name="bytes">What has been gathered.</param>
    /// <param name="isFinal">Nothing follows.</param>
    /// <param name="mark">The length of the byte-order mark.</param>
    /// <returns>False when more bytes are needed.</returns>
    /// <exception cref="StopException">UTF-16, or a file whose lines end in CR alone: 65.</exception>
    public bool TryPass(ReadOnlySpan<byte> bytes, bool isFinal, out int mark)
    {
        mark = MarkOf(bytes);
        // Two bytes beyond the longest record decide: they are its line end, or there is none.
        ReadOnlySpan<byte> line = bytes[Math.Min(bytes.Length, mark)..];
        bool isLong = line.Length >= (long)maxRecordSize + 2;
        line = isLong ? line[..(maxRecordSize + 2)] : line;
        int known = Math.Min(_scanned, line.Length);
        if (line[known..].Contains(Lines.LineFeed))
        {
            return true;
        }

        _scanned = line.Length;
        if (line.Length > maxRecordSize && (isLong || isFinal) && line[..(maxRecordSize + 1)].Contains(Lines.CarriageReturn))
        {
            throw new StopException(ExitCode.BadData, $"{_source}: the first line is longer than performance_tuning.max_record_size and holds CRs but no LF; lines end in LF or CRLF, so convert the file, for example with tr '\\r' '\\n'");
        }

        return isLong || isFinal;
    }

    /// <summary>As <see cref="TryPass"/>, for values that lines mean nothing to.</summary>
    public bool TryPassMark(ReadOnlySpan<byte> bytes, bool isFinal, out int mark)
    {
        mark = MarkOf(bytes);
        return bytes.Length >= 3 || isFinal;
    }

    private int MarkOf(ReadOnlySpan<byte> bytes) =>
        bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]
            ? throw new StopException(ExitCode.BadData, $"{_source}: the file is UTF-16 (it starts with its byte-order mark), and only UTF-8 can be read; convert it, for example with iconv -f utf-16 -t utf-8")
            : bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
}
