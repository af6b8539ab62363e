namespace DataStream.Modules;

/// <summary>The settings of an <c>outlier</c> module.</summary>
internal sealed record OutlierRule(OutlierMethod Method, Threshold Threshold, int Window, int Warmup, int ResetAfter, OutlierAction Action)
{
    /// <summary>The most values in a window: what is sorted anew for every value stays in a core's cache.</summary>
    public const int MostValues = 65_536;

    /// <summary>mad and iqr need the window sorted.</summary>
    public bool NeedsOrder => Method != OutlierMethod.ZScore;
}

internal enum OutlierMethod
{
    ZScore,
    Mad,
    Iqr,
}

internal enum OutlierAction
{
    Drop,
    Flag,
    Clip,
    Null,
}
