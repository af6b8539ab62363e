using System;
using System.Text;
using System.Text.Json;

namespace DataStream.Tests.Formats.Json;

/// <summary>Values as System.Text.Json finds them, in the text that a column of text has.</summary>
internal static class JsonOracle
{
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\f' => "\\f",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' => $"\\u{(int)c:x4}",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    internal static JsonElement? Last(JsonElement? element, string key)
    {
        JsonElement? last = null;
        if (element is { ValueKind: JsonValueKind.Object } holder)
        {
            foreach (JsonProperty property in holder.EnumerateObject())
            {
                last = NameOf(property) == key ? property.Value : last;
            }
        }

        return last;
    }

    internal static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null; // a lone surrogate: no key of these tests
        }
    }

    internal static JsonElement? At1(JsonElement? element, int index) =>
        element is { ValueKind: JsonValueKind.Array } array && array.GetArrayLength() > index ? array[index] : null;

    internal static string? At(JsonElement? element, int index) => Show(At1(element, index));

    internal static string? Get(JsonElement? element, string key) => Show(Last(element, key));

    internal static string? Show(JsonElement? element) => element?.ValueKind switch
    {
        null or JsonValueKind.Null => null,
        JsonValueKind.String => TextOf(element.Value),
        _ => element.Value.GetRawText(),
    };

    /// <summary>The oracle throws on a lone surrogate, which becomes U+FFFD here.</summary>
    internal static string TextOf(JsonElement element)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            var text = new StringBuilder();
            string raw = element.GetRawText()[1..^1];
            for (int i = 0; i < raw.Length; i++)
            {
                bool isEscape = raw[i] == '\\' && raw[i + 1] == 'u';
                text.Append(isEscape ? (char)Convert.ToUInt16(raw[(i + 2)..(i + 6)], 16) : raw[i] == '\\' ? Meaning(raw[i + 1]) : raw[i]);
                i += isEscape ? 5 : raw[i] == '\\' ? 1 : 0;
            }

            // Encoding replaces every lone half.
            return Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.ToString()));
        }
    }

    internal static char Meaning(char letter) => "bfnrt".IndexOf(letter, StringComparison.Ordinal) is >= 0 and int at ? "\b\f\n\r\t"[at] : letter;
}
