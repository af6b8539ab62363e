namespace DataStream.Modules;

/// <summary>What a module's state can take at most: its keys times the bytes of each, and room for tables that stay nearly empty, for the proof of the memory budget.</summary>
/// <param name="MostKeys">Keys that it remembers; 0: it has no bound, and what grows is charged until the budget is spent.</param>
/// <param name="BytesPerKey">Bytes of a key and its state at most, tables that grow included; texts come besides, and are charged.</param>
/// <param name="Room">Bytes besides, however few the keys are.</param>
public sealed record KeyBound(long MostKeys, long BytesPerKey, long Room)
{
    /// <summary>What as many keys as there may be take.</summary>
    public long MostBytes => (MostKeys * BytesPerKey) + Room;
}
