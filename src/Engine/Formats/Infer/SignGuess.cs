using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Kernels;

namespace DataStream.Formats.Infer;

/// <summary>Which signs the numbers of a file have, where they are not a point alone.</summary>
internal sealed record SignGuess(char Decimal, string? Thousands)
{
    private const int LongestNumber = 64;

    // Of equal ones the first: 1,234 is rather a thousand than a little more than one.
    private static readonly SignGuess[] s_known = [new('.', ","), new(',', null), new(',', "."), new(',', " "), new(',', "\u00A0"), new('.', " "), new('.', "'")];

    /// <summary>The signs under which most columns are numbers that otherwise are none; null: no column gains.</summary>
    /// <param name="columns">Each column's texts, without those that are empty or stand for null.</param>
    /// <param name="prefersComma">1,234 is rather a little more than one: semicolons separate fields where the comma is taken.</param>
    public static SignGuess? Of(IReadOnlyList<IReadOnlyList<string>> columns, bool prefersComma)
    {
        IEnumerable<SignGuess> known = prefersComma ? s_known.OrderBy(signs => signs.Decimal == ',' ? 0 : 1) : s_known;
        var candidates = columns.Where(texts => texts.Count > 0 && texts.All(text => text.Length <= LongestNumber) && !texts.All(IsNumber)).ToList();
        var plain = columns.Where(texts => texts.Count > 0 && texts.Count(text => !IsNumber(text)) <= Misfits.Allowed(texts.Count) && texts.Any(text => text.Contains('.', StringComparison.Ordinal))).ToList();
        (SignGuess Signs, int Gain) best = known.Where(signs => plain.TrueForAll(signs.Fit)).Select(signs => (signs, candidates.Count(signs.FitAndShow))).DefaultIfEmpty((s_known[0], 0)).MaxBy(pair => pair.Item2);
        return best.Gain > 0 ? best.Signs : null;
    }

    /// <summary>Whether all texts, or nearly all, are numbers with these signs.</summary>
    public bool Fit(IReadOnlyList<string> texts)
    {
        int misfits = Misfits.Allowed(texts.Count);
        return texts.All(text => (Plain(text) is { } plain && IsNumber(plain)) || misfits-- > 0);
    }

    /// <summary>The text with a point and digits alone; null where the signs stand elsewhere.</summary>
    public string? Plain(string text) => new NumberSigns((byte)Decimal, Thousands, LongestNumber).TryRead(Encoding.UTF8.GetBytes(text), out ReadOnlySpan<byte> plain) ? Encoding.UTF8.GetString(plain) : null;

    /// <summary>Spaces and apostrophes stand between digits of much that is no number: only beside a decimal sign they are believed.</summary>
    private bool FitAndShow(IReadOnlyList<string> texts) =>
        Fit(texts) && texts.Any(text => !IsNumber(text) && Plain(text) is { } plain && IsNumber(plain)) && (Thousands is null or "," or "." || texts.Any(text => text.Contains(Decimal, StringComparison.Ordinal)));

    private static bool IsNumber(string text) => Numbers.ParseFloat64(Encoding.UTF8.GetBytes(text), out _) == FieldStatus.Value;
}
