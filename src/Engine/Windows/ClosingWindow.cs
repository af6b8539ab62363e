using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>A window that a lane has claimed: its table, and whose it is.</summary>
internal readonly record struct ClosingWindow(long Start, int Lane, NativeCell<WindowTable> Table);
