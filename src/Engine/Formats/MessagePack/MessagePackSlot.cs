namespace DataStream.Formats.MessagePack;

/// <summary>Where a value was met in the record now being read: its first byte and the byte behind it; an end of 0: nowhere.</summary>
internal readonly record struct MessagePackSlot(int Start, int End);
