using System;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>Texts that a spreadsheet takes for formulas when it opens a CSV (OWASP, "CSV Injection"): an apostrophe in front makes them text.</summary>
internal static class Formulas
{
    /// <summary>Whether a text begins, spaces aside, with <c>= + - @</c>, a tab or a line end, or one of the four signs in full width. A plain number is none.</summary>
    public static bool IsFormula(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = text.TrimStart((byte)' ');
        return rest switch
        {
            [(byte)'=' or (byte)'@' or (byte)'\t' or (byte)'\r' or (byte)'\n', ..] => true,
            [(byte)'+' or (byte)'-', ..] => Numbers.ParseFloat64(rest, out _) != FieldStatus.Value,
            [0xEF, 0xBC, 0x8B or 0x8D or 0x9D or 0xA0, ..] => true,
            _ => false,
        };
    }
}
