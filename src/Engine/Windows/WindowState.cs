namespace DataStream.Windows;

/// <summary>What a window's table is in the middle of.</summary>
internal static class WindowState
{
    /// <summary>The owner folds into it.</summary>
    public const int Open = 0;

    /// <summary>A lane has taken it to close; nobody folds into it any more.</summary>
    public const int Claimed = 1;

    /// <summary>Its results are out; the owner may use it again.</summary>
    public const int Done = 2;
}
