using DataStream.Batches;

namespace DataStream.Stages;

/// <summary>What messages of an output are made of besides the encoded row.</summary>
/// <param name="Key">The column of the key; null: no key.</param>
/// <param name="Time">The stored column of the message's time; −1: the time when it is sent.</param>
/// <param name="EndsLines">The encoder ends its rows with a line end, which the message does not get.</param>
public sealed record MessageLayout(Field? Key, int Time, bool EndsLines);
