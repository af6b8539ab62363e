using DataStream.Batches;

namespace DataStream.Formats;

/// <summary>Turns the records of a payload into rows. One per lane.</summary>
public abstract class Decoder
{
    /// <summary>
    /// Fills the batch with the records from <paramref name="offset"/> on, until it or the payload is full: <see cref="Batch.SetCount"/>,
    /// needed columns and their validity, <see cref="Batch.Records"/> where they are kept, and a <see cref="Batch.Kill"/> for each record that cannot be decoded.
    /// </summary>
    /// <returns>Where the next batch begins; the payload's length when it is done. Blank lines and comments are no rows.</returns>
    public abstract int Decode(in Payload payload, int offset, Batch batch);
}
