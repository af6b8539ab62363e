using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Flow;
using DataStream.Kernels;

namespace DataStream.Formats.Infer;

/// <summary>Columns of which nearly all values are of a type: real files have broken records, and those shall be dead letters rather than make texts of all others.</summary>
internal static class Misfits
{
    private const int FewestValues = 20; // one in twenty can be one
    private const int Probed = 40; // values that a type is tried on first: most columns of text are ruled out by them
    private const int MostOfProbed = 8;

    /// <summary>How many of so many values may be of no use.</summary>
    public static int Allowed(int count) => count / FewestValues;

    /// <summary>The type of nearly all of the texts, with a remark on the others; null where there is none, or none but text.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="texts">The values, of which some fit no type.</param>
    /// <param name="strict">Guesses from texts of which all fit.</param>
    public static ColumnGuess? Guess(string name, IReadOnlyList<string> texts, Func<string, List<string>, ColumnGuess> strict)
    {
        int allowed = Allowed(texts.Count);
        if (allowed == 0)
        {
            return null;
        }

        var numbers = new List<string>();
        for (int i = 0; i < texts.Count && (numbers.Count <= allowed || i - numbers.Count <= allowed); i++)
        {
            if (IsNumber(texts[i]))
            {
                numbers.Add(texts[i]);
            }
        }

        if (numbers.Count == texts.Count || numbers.Count < texts.Count - allowed)
        {
            return numbers.Count <= allowed && Time(name, texts, allowed) is { } time
                ? new ColumnGuess(name, "timestamp") { Time = time, Note = Remark(texts.Count - time.Instants.Count, texts.Count, "timestamp") }
                : null;
        }

        ColumnGuess guess = strict(name, numbers);
        return guess.Type == "text" ? null : guess with { Note = Remark(texts.Count - numbers.Count, texts.Count, guess.Type) };
    }

    /// <summary>What is said of values that do not fit.</summary>
    public static string Remark(int misfits, int values, string type) =>
        string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(misfits, "value")} of {values:N0} {(misfits == 1 ? "is" : "are")} no {type}: dead");

    private static TimeGuess? Time(string name, IReadOnlyList<string> texts, int allowed)
    {
        // Scattered, since what is broken may come at regular distances.
        string[] probe = [.. Enumerable.Range(0, Math.Min(Probed, texts.Count)).Select(i => texts[(int)((uint)i * 2_654_435_761 % (uint)texts.Count)])];
        return TimeGuess.Of(name, probe, Math.Min(MostOfProbed, probe.Length / 2)) is null ? null : TimeGuess.Of(name, texts, allowed);
    }

    private static bool IsNumber(string text) => Numbers.ParseFloat64(Encoding.UTF8.GetBytes(text), out _) is FieldStatus.Value or FieldStatus.Null;
}
