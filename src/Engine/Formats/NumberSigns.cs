using System;
using System.Text;
using DataStream.Kernels;

namespace DataStream.Formats;

/// <summary>Numbers with a decimal comma, or with signs between thousands, made what <see cref="Numbers"/> reads. One per decoder: it has the room.</summary>
/// <remarks>Strict, since <c>1.234</c> is one number in Berlin and another in Boston: signs stand between groups of three digits before the decimal sign, the first group has one to three.</remarks>
internal sealed class NumberSigns
{
    private readonly byte _decimal;
    private readonly byte[] _thousands;
    private readonly byte[] _plain;

    /// <param name="decimalSign">A point or a comma.</param>
    /// <param name="thousands">One character as UTF-8; null: there is none.</param>
    /// <param name="maxLength">The longest text.</param>
    public NumberSigns(byte decimalSign, string? thousands, int maxLength)
    {
        _decimal = decimalSign;
        _thousands = Encoding.UTF8.GetBytes(thousands ?? "");
        _plain = new byte[maxLength];
    }

    /// <summary>The number as a point and digits alone; false where the signs stand elsewhere than they may.</summary>
    public bool TryRead(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> plain)
    {
        plain = text;
        if (text.Length > _plain.Length)
        {
            return false;
        }

        int length = 0;
        int digits = -1; // since the last sign between thousands; -1: the whole part is over
        bool isGrouped = false;
        bool isWhole = true;
        for (int i = 0; i < text.Length; i++)
        {
            byte b = text[i];
            if (char.IsAsciiDigit((char)b))
            {
                digits = digits < 0 && isWhole ? 1 : digits + 1;
            }
            else if (IsBetweenDigits(text, i))
            {
                if (!isWhole || digits < 1 || digits > 3 || (isGrouped && digits != 3))
                {
                    return false;
                }

                isGrouped = true;
                digits = 0;
                i += _thousands.Length - 1;
                continue;
            }
            else if (b == _decimal || (b | 0x20) == 'e' || !IsSpace(b))
            {
                if (isWhole && isGrouped && digits != 3)
                {
                    return false;
                }

                if (b == '.' && _decimal != '.')
                {
                    return false;
                }

                // A sign in front does not end the whole part.
                isWhole &= digits < 0 && b is (byte)'+' or (byte)'-';
                b = b == _decimal ? (byte)'.' : b;
            }

            _plain[length++] = b;
        }

        plain = _plain.AsSpan(0, length);
        return !isWhole || !isGrouped || digits == 3;
    }

    private bool IsBetweenDigits(ReadOnlySpan<byte> text, int at)
    {
        int behind = at + _thousands.Length;
        return _thousands.Length > 0 && at > 0 && behind < text.Length && text[at..].StartsWith(_thousands)
            && char.IsAsciiDigit((char)text[at - 1]) && char.IsAsciiDigit((char)text[behind]);
    }

    private static bool IsSpace(byte b) => b is (byte)' ' or (byte)'\t';
}
