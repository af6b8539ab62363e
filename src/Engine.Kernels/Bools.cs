using System;
using System.Text;

namespace DataStream.Kernels;

/// <summary>Bools as text.</summary>
public static class Bools
{
    /// <summary>The most bytes that <see cref="Format"/> writes.</summary>
    public const int MaxLength = 5;

    /// <summary><c>true</c> or <c>false</c> in any case, <c>1</c> or <c>0</c>; nothing else, no spaces around. Empty text is null.</summary>
    public static FieldStatus Parse(ReadOnlySpan<byte> text, out bool value)
    {
        value = false;
        switch (text.Length)
        {
            case 0:
                return FieldStatus.Null;
            case 1 when (text[0] | 1) == '1':
                value = text[0] == '1';
                return FieldStatus.Value;
            case 4 when Ascii.EqualsIgnoreCase(text, "true"u8):
                value = true;
                return FieldStatus.Value;
            case 5 when Ascii.EqualsIgnoreCase(text, "false"u8):
                return FieldStatus.Value;
            default:
                return FieldStatus.BadBool;
        }
    }

    public static int Format(bool value, Span<byte> target)
    {
        ReadOnlySpan<byte> text = value ? "true"u8 : "false"u8;
        text.CopyTo(target);
        return text.Length;
    }
}
