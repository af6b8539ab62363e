namespace DataStream.Kernels;

/// <summary>What is done with the next value of a packed record.</summary>
public enum PackedStepKind : byte
{
    /// <summary>The record is over.</summary>
    End,

    /// <summary>A number of bytes are gone by.</summary>
    Bytes,

    /// <summary>A whole number is gone by.</summary>
    Long,

    /// <summary>The same, which must fit 32 bits.</summary>
    Int,

    /// <summary>A whole number that must be below a limit, as that of a symbol.</summary>
    Below,

    /// <summary>A byte that must be 0 or 1.</summary>
    Flag,

    /// <summary>A length and so many bytes are gone by.</summary>
    Text,

    /// <summary>The number of a branch: where it stands for null, some steps are left out.</summary>
    Optional,

    /// <summary>The same, and the column has no value then.</summary>
    OptionalColumn,

    /// <summary>Some steps are left out.</summary>
    Jump,

    /// <summary>The column has no value; nothing is read.</summary>
    Null,

    /// <summary>The same for a column of bytes.</summary>
    NullFlag,

    /// <summary>A whole number into a column.</summary>
    ReadInt64,

    /// <summary>A whole number into a column of doubles.</summary>
    ReadFloat64OfInt64,

    /// <summary>Four bytes into a column of doubles; what is not finite is the caller's.</summary>
    ReadFloat64OfFloat32,

    /// <summary>Eight bytes into a column of doubles; what is not finite is the caller's.</summary>
    ReadFloat64,

    /// <summary>A byte, 0 or 1, into a column of bytes.</summary>
    ReadFlag,

    /// <summary>A text into a column: offset and length.</summary>
    ReadText,

    /// <summary>Milliseconds into a column of microseconds.</summary>
    ReadMilliseconds,

    /// <summary>Microseconds.</summary>
    ReadMicroseconds,

    /// <summary>Days into a column of microseconds.</summary>
    ReadDays,

    /// <summary>The caller reads the value.</summary>
    Other,
}
