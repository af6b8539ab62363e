using System.Collections.Generic;
using System.Linq;
using DataStream.Config;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>The option <c>encoding</c> of formats that are text.</summary>
public static class EncodingName
{
    private static readonly Dictionary<string, TextEncoding> s_known = new()
    {
        ["utf-8"] = TextEncoding.Utf8, ["latin-1"] = TextEncoding.Latin1, ["windows-1252"] = TextEncoding.Windows1252, ["utf-16"] = TextEncoding.Utf16,
    };

    // What other programs call them.
    private static readonly Dictionary<string, string> s_others = new()
    {
        ["utf8"] = "utf-8", ["latin1"] = "latin-1", ["iso-8859-1"] = "latin-1", ["iso8859-1"] = "latin-1", ["cp1252"] = "windows-1252", ["ansi"] = "windows-1252",
        ["utf16"] = "utf-16", ["utf-16le"] = "utf-16", ["utf-16be"] = "utf-16", ["ucs-2"] = "utf-16",
    };

    /// <summary>The encoding that is asked for; null where none is: UTF-8 whose bytes are taken as they come.</summary>
    public static TextEncoding? Read(Settings settings)
    {
        if (settings.Scalar("encoding") is not { } written)
        {
            return null;
        }

        if (s_known.TryGetValue(written.Value, out TextEncoding encoding))
        {
            return encoding;
        }

        string near = s_others.TryGetValue(written.Value.ToLowerInvariant(), out string? name) ? $"; did you mean '{name}'?" : Spelling.Suggest(written.Shown, s_known.Keys);
        settings.Error(written, "bad_value", $"'encoding' of {settings.Owner} is {string.Join(", ", s_known.Keys.SkipLast(1))} or {s_known.Keys.Last()}, not '{written.Shown}'{near}");
        return null;
    }
}
