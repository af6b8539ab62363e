using System;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>The text of a field as it stands in a record.</summary>
internal static class FieldText
{
    /// <summary>Without its quotes, what stands for a quote inside made one, as a new array: for headers.</summary>
    public static byte[] Unquoted(ReadOnlySpan<byte> field, in Dialect dialect)
    {
        if (field.IsEmpty || field[0] != dialect.Quote)
        {
            return field.ToArray();
        }

        var text = new byte[field.Length - 2];
        int length = Unescape(field[1..^1], dialect, text);
        return text[..length];
    }

    /// <summary>Whether what stands between a field's quotes is not the text as it is.</summary>
    public static bool IsEscaped(ReadOnlySpan<byte> content, in Dialect dialect) =>
        dialect.Escape < 0 ? content.Contains(dialect.Quote) : content.IndexOfAny(dialect.Quote, (byte)dialect.Escape) >= 0;

    /// <summary>Copies what stands between a field's quotes, doubled quotes made single, escaped bytes themselves; the target has room for all of it.</summary>
    public static int Unescape(ReadOnlySpan<byte> content, in Dialect dialect, Span<byte> target)
    {
        byte quote = dialect.Quote;
        byte escape = dialect.Escape < 0 ? quote : (byte)dialect.Escape;
        int length = 0;
        while (true)
        {
            int at = content.IndexOfAny(quote, escape);
            if (at < 0)
            {
                content.CopyTo(target[length..]);
                return length + content.Length;
            }

            // An escape before any other byte is data, and so is one at the end.
            content[..at].CopyTo(target[length..]);
            length += at;
            bool isPair = content[at] == quote || (at + 1 < content.Length && (content[at + 1] == quote || content[at + 1] == escape));
            target[length++] = isPair ? content[at + 1] : content[at];
            content = content[(at + (isPair ? 2 : 1))..];
        }
    }
}
