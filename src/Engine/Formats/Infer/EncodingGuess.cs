using System;
using System.Text;
using DataStream.Kernels;

namespace DataStream.Formats.Infer;

/// <summary>What encoding a file seems to have, and why.</summary>
/// <param name="Name">For the option; null: UTF-8, which needs none.</param>
/// <param name="Reason">For the user.</param>
internal sealed record EncodingGuess(string? Name, string Reason)
{
    /// <summary>Guesses, and gives the text.</summary>
    public static EncodingGuess Of(ReadOnlySpan<byte> head, out byte[] text)
    {
        TextEncoding units = Units(head);
        if (units != TextEncoding.Utf8)
        {
            text = Decode(head, units);
            return new EncodingGuess("utf-16", head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] ? "UTF-16, as its byte-order mark says" : "UTF-16 without a byte-order mark: every other byte is zero");
        }

        (int good, int bad, bool hasWindows) = Count(head);
        if (bad == 0 || good >= bad)
        {
            text = head.ToArray();
            return new EncodingGuess(null, "");
        }

        TextEncoding encoding = hasWindows ? TextEncoding.Windows1252 : TextEncoding.Latin1;
        text = Decode(head, encoding);
        string name = hasWindows ? "windows-1252" : "latin-1";
        return new EncodingGuess(name, $"the bytes beyond ASCII are no UTF-8 ({bad} places in the sample), so they are rather {name}{(hasWindows ? "" : "; windows-1252 would read them alike")}");
    }

    private static TextEncoding Units(ReadOnlySpan<byte> head)
    {
        if (head is [0xFF, 0xFE, ..])
        {
            return TextEncoding.Utf16;
        }

        if (head is [0xFE, 0xFF, ..])
        {
            return TextEncoding.Utf16BigEndian;
        }

        // Latin letters in UTF-16 have a zero in every other place.
        int even = 0;
        int odd = 0;
        ReadOnlySpan<byte> sample = head[..Math.Min(head.Length & ~1, 4096)];
        for (int i = 0; i < sample.Length; i += 2)
        {
            even += sample[i] == 0 ? 1 : 0;
            odd += sample[i + 1] == 0 ? 1 : 0;
        }

        int enough = Math.Max(4, sample.Length * 2 / 5);
        return odd >= enough && even == 0 ? TextEncoding.Utf16 : even >= enough && odd == 0 ? TextEncoding.Utf16BigEndian : TextEncoding.Utf8;
    }

    /// <summary>Sequences beyond ASCII that are UTF-8, those that are not, and whether some are letters in windows-1252 alone.</summary>
    private static (int Good, int Bad, bool HasWindows) Count(ReadOnlySpan<byte> head)
    {
        (int good, int bad, bool hasWindows) = (0, 0, false);
        while (!head.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(head, out _, out int length) == System.Buffers.OperationStatus.Done)
            {
                good += length > 1 ? 1 : 0;
            }
            else
            {
                bad++;
                hasWindows |= head[0] is >= 0x80 and <= 0x9F;
            }

            head = head[length..];
        }

        return (good, bad, hasWindows);
    }

    private static byte[] Decode(ReadOnlySpan<byte> head, TextEncoding encoding)
    {
        var text = new byte[(head.Length * Transcoding.MaxGrowth) + 4];
        int length = Transcoding.ToUtf8(head, encoding, text, isFinal: true, out _);
        return text[..length];
    }
}
