namespace DataStream.Kernels;

/// <summary>What to do with the value behind a key that is known.</summary>
/// <param name="Map">The map that the key is in: 0 for the record, or the number that <see cref="MessagePackStepTable.TryAddMap"/> gave out.</param>
/// <param name="Place">Its field: the place of its value among those of a row.</param>
/// <param name="Bit">The number of a key that may come once only, 0 to 63; −1 of those that nobody needs.</param>
/// <param name="Inner">Its value may be a map with keys of its own: that map's number, otherwise 0.</param>
public readonly record struct MessagePackStep(int Map, int Place, int Bit, int Inner);
