using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using DataStream.Formats.Table;

namespace DataStream.Sinks;

/// <summary>Lays out the cells of a <see cref="TableFormat"/> as a table with aligned columns, and passes it on to another sink.</summary>
/// <remarks>
/// The first <see cref="SampleRows"/> rows (or <see cref="SampleBytes"/> bytes of them) fix the columns' widths; from then on rows go through as they come,
/// and a longer cell pushes the others of its row to the right. The bytes depend on the rows alone. Only where a person watches (live),
/// a pause shows what there is and fixes the widths with it.
/// </remarks>
public sealed class TableSink(Sink inner, bool isLive) : Sink
{
    public const int SampleRows = 500;
    public const int SampleBytes = 256 * 1024;

    private const int MaxWidth = 60; // a column is not made wider for one long text
    private readonly ArrayBufferWriter<byte> _line = new(); // a line whose end has not come yet
    private readonly ArrayBufferWriter<byte> _text = new(); // what is laid out and not yet passed on
    private readonly List<byte[]> _sample = [];
    private int _sampleBytes;
    private byte[]? _header;
    private bool[] _isRight = [];
    private int[] _widths = [];
    private bool _isSettled;

    public override string Name => inner.Name;

    internal override long Moved => inner.Moved;

    public override void Open() => inner.Open();

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.IndexOf((byte)'\n') is >= 0 and int length)
        {
            if (_line.WrittenCount == 0)
            {
                TakeLine(bytes[..length]);
            }
            else
            {
                _line.Write(bytes[..length]);
                TakeLine(_line.WrittenSpan);
                _line.ResetWrittenCount();
            }

            bytes = bytes[(length + 1)..];
        }

        _line.Write(bytes);
        PassOn();
    }

    public override void Flush()
    {
        if (isLive && _sample.Count > 0)
        {
            Settle();
            PassOn();
        }

        inner.Flush();
    }

    public override void Complete()
    {
        Settle();
        PassOn();
        inner.Complete();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private void TakeLine(ReadOnlySpan<byte> line)
    {
        if (_header is null)
        {
            TakeHeader(line);
            return;
        }

        if (_isSettled)
        {
            LayOut(line);
            return;
        }

        _sample.Add(line.ToArray());
        _sampleBytes += line.Length;
        Widen(line);
        if (_sample.Count == SampleRows || _sampleBytes >= SampleBytes)
        {
            Settle();
        }
    }

    private void TakeHeader(ReadOnlySpan<byte> line)
    {
        // Each name stands behind the sign of its side.
        var names = new MemoryStream();
        var isRight = new List<bool>();
        foreach (Range cell in line.Split(TableFormat.Separator))
        {
            if (isRight.Count > 0)
            {
                names.WriteByte(TableFormat.Separator);
            }

            isRight.Add(line[cell] is [(byte)'>', ..]);
            names.Write(line[cell].IsEmpty ? default : line[cell][1..]);
        }

        _header = names.ToArray();
        _isRight = [.. isRight];
        _widths = new int[_isRight.Length];
        Widen(_header);
    }

    private void Widen(ReadOnlySpan<byte> line)
    {
        int column = 0;
        foreach (Range cell in line.Split(TableFormat.Separator))
        {
            _widths[column] = Math.Max(_widths[column], Math.Min(WidthOf(line[cell]), MaxWidth));
            column++;
        }
    }

    /// <summary>Fixes the widths, and lays out the header, the rule and the rows that waited.</summary>
    private void Settle()
    {
        if (_isSettled || _header is null)
        {
            return;
        }

        _isSettled = true;
        LayOut(_header);
        for (int column = 0; column < _widths.Length; column++)
        {
            Fill((byte)' ', column > 0 ? 2 : 0);
            Fill((byte)'-', _widths[column]);
        }

        _text.Write("\n"u8);
        foreach (byte[] line in _sample)
        {
            LayOut(line);
        }

        _sample.Clear();
    }

    private void LayOut(ReadOnlySpan<byte> line)
    {
        int column = 0;
        int owed = 0; // spaces that are written only when a cell follows, so that no line ends in them
        foreach (Range range in line.Split(TableFormat.Separator))
        {
            ReadOnlySpan<byte> cell = line[range];
            int padding = Math.Max(0, _widths[column] - WidthOf(cell));
            owed += column > 0 ? 2 : 0;
            if (cell.IsEmpty)
            {
                owed += padding;
            }
            else
            {
                Fill((byte)' ', owed + (_isRight[column] ? padding : 0));
                _text.Write(cell);
                owed = _isRight[column] ? 0 : padding;
            }

            column++;
        }

        _text.Write("\n"u8);
    }

    private void Fill(byte value, int count)
    {
        _text.GetSpan(count)[..count].Fill(value);
        _text.Advance(count);
    }

    private void PassOn()
    {
        if (_text.WrittenCount > 0)
        {
            inner.Write(_text.WrittenSpan);
            _text.ResetWrittenCount();
        }
    }

    /// <summary>The places a text takes on a terminal: two for a wide sign, none for a mark on the sign before it.</summary>
    private static int WidthOf(ReadOnlySpan<byte> text)
    {
        if (Ascii.IsValid(text))
        {
            return text.Length;
        }

        int width = 0;
        while (!text.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out Rune rune, out int consumed);
            text = text[consumed..];
            width += Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format ? 0
                : IsWide(rune.Value) ? 2
                : 1;
        }

        return width;
    }

    /// <summary>The large blocks of wide signs of Unicode's EastAsianWidth.</summary>
    private static bool IsWide(int value) => value is (>= 0x1100 and <= 0x115F) or (>= 0x2E80 and <= 0xA4CF) or (>= 0xAC00 and <= 0xD7A3)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0xFE30 and <= 0xFE6F) or (>= 0xFF00 and <= 0xFF60) or (>= 0xFFE0 and <= 0xFFE6)
        or (>= 0x1F300 and <= 0x1FAFF) or (>= 0x20000 and <= 0x3FFFD);
}
