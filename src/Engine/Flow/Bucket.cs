namespace DataStream.Flow;

/// <summary>Where an input record ends: each in exactly one.</summary>
public enum Bucket
{
    /// <summary>Left as at least one row.</summary>
    Out,

    /// <summary>Taken by at least one window.</summary>
    Aggregated,

    /// <summary>A condition, or an outlier that was dropped.</summary>
    Filtered,

    /// <summary>A duplicate.</summary>
    Deduplicated,

    /// <summary>Behind the watermark for all its windows.</summary>
    Late,

    /// <summary>Could not be read or worked on; also under <c>on_error: skip</c>.</summary>
    Dead,

    /// <summary>Its row was dropped by a full output that may shed.</summary>
    Shed,

    /// <summary>Read, and not written when the run ended.</summary>
    InFlight,
}
