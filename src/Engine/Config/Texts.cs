using System;

namespace DataStream.Config;

/// <summary>Texts of a user's as messages show them.</summary>
internal static class Texts
{
    /// <summary>The text with a space for each control character.</summary>
    public static string Printable(string text) =>
        text.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 && text.AsSpan().IndexOfAnyInRange('\x7f', '\x9f') < 0 ? text
            : string.Create(text.Length, text, (line, written) =>
            {
                for (int i = 0; i < line.Length; i++)
                {
                    line[i] = char.IsControl(written[i]) ? ' ' : written[i];
                }
            });

    /// <summary>At most 60 characters, on one line.</summary>
    public static string Short(string text)
    {
        text = text.ReplaceLineEndings(" ");
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}
