using System;

namespace DataStream.Kernels;

/// <summary>One field of consecutive records of the same width, between marks that <see cref="Separators"/> found.</summary>
/// <remarks>The marks lie inside the text in order, and <see cref="Block64.Length"/> bytes behind the text are readable: who makes a run vouches for both.</remarks>
public readonly ref struct FieldRun
{
    /// <param name="text">The text.</param>
    /// <param name="marks">Positions of delimiters and line ends.</param>
    /// <param name="mark">The mark that ends the first record's field; the one before it begins it.</param>
    /// <param name="width">Fields of a record.</param>
    /// <param name="count">Records, 1 at least.</param>
    /// <param name="isLast">A line end ends the field, and a CR before it is part of that.</param>
    /// <param name="isJson">Only JSON's numbers are numbers: no zeros in front, digits on both sides of a point.</param>
    public FieldRun(ReadOnlySpan<byte> text, ReadOnlySpan<int> marks, int mark, int width, int count, bool isLast, bool isJson = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mark, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mark + ((count - 1L) * width), marks.Length - 1);
        Text = text;
        Marks = marks;
        First = mark;
        Width = width;
        Count = count;
        IsLast = isLast;
        IsJson = isJson;
    }

    public ReadOnlySpan<byte> Text { get; }

    public int Count { get; }

    internal ReadOnlySpan<int> Marks { get; }

    internal int First { get; }

    internal int Width { get; }

    internal bool IsLast { get; }

    internal bool IsJson { get; }

    /// <summary>The field of a record.</summary>
    public ReadOnlySpan<byte> Field(int record)
    {
        int at = First + (record * Width);
        int start = Marks[at - 1] + 1;
        int end = Marks[at];
        return Text[start..(IsLast ? start + Lines.ContentLength(Text, start, end) : end)];
    }
}
