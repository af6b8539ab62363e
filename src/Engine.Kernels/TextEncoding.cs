namespace DataStream.Kernels;

/// <summary>How the characters of a text are bytes.</summary>
public enum TextEncoding
{
    /// <summary>As the engine reads it: nothing is changed.</summary>
    Utf8,

    /// <summary>ISO 8859-1: every byte is the code point of its value.</summary>
    Latin1,

    /// <summary>Latin-1 with other characters at 0x80 to 0x9F, as the WHATWG has them; the five that are not assigned are control characters.</summary>
    Windows1252,

    /// <summary>Two bytes a unit, the lower one first.</summary>
    Utf16,

    /// <summary>Two bytes a unit, the higher one first.</summary>
    Utf16BigEndian,
}
