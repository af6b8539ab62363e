namespace DataStream.Windows;

/// <summary>The kinds of windows.</summary>
internal enum WindowKind
{
    Tumbling,
    Hopping,
    Session,
    Count,
    Global,
}
