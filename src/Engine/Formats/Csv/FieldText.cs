using System;

namespace DataStream.Formats.Csv;

/// <summary>The text of a field as it stands in a record.</summary>
internal static class FieldText
{
    /// <summary>Without its quotes, doubled ones inside made single, as a new array: for headers.</summary>
    public static byte[] Unquoted(ReadOnlySpan<byte> field, byte quote)
    {
        if (field.IsEmpty || field[0] != quote)
        {
            return field.ToArray();
        }

        var text = new byte[field.Length - 2];
        int length = Unescape(field[1..^1], quote, text);
        return text[..length];
    }

    /// <summary>Copies what stands between a field's quotes, doubled quotes made single; the target has room for all of it.</summary>
    public static int Unescape(ReadOnlySpan<byte> content, byte quote, Span<byte> target)
    {
        int length = 0;
        while (true)
        {
            int at = content.IndexOf(quote);
            if (at < 0)
            {
                content.CopyTo(target[length..]);
                return length + content.Length;
            }

            content[..(at + 1)].CopyTo(target[length..]);
            length += at + 1;
            content = content[(at + 2)..];
        }
    }
}
