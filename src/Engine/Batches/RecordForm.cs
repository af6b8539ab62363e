namespace DataStream.Batches;

/// <summary>How the records of a batch are written, where each is nothing but the schema's fields in their order, and what stands there is the value; the default says that nothing is known.</summary>
/// <param name="IsJson">An object without spaces; else values with delimiters.</param>
/// <param name="Delimiter">What ends a value; of JSON a backslash, which nothing but escapes in texts has.</param>
/// <param name="Quote">Around texts.</param>
internal readonly record struct RecordForm(bool IsJson, byte Delimiter, byte Quote)
{
    public static readonly RecordForm Json = new(true, (byte)'\\', (byte)'"');
}
