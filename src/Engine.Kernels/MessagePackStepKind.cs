namespace DataStream.Kernels;

/// <summary>What is done with the value behind a key that is known.</summary>
public enum MessagePackStepKind : byte
{
    /// <summary>Nobody needs it.</summary>
    Skip,

    /// <summary>Into a column of 64-bit integers.</summary>
    Int64,

    /// <summary>Into a column of doubles.</summary>
    Float64,

    /// <summary>Into a column of texts: offset and length.</summary>
    Text,

    /// <summary>Microseconds of the timestamp extension.</summary>
    Instant,

    /// <summary>The caller reads it: where it stands is noted.</summary>
    Other,

    /// <summary>A map with keys of its own.</summary>
    Enter,
}
