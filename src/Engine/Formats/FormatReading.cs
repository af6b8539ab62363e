namespace DataStream.Formats;

/// <summary>The cutters and decoders of one run, and what they share: header maps.</summary>
public abstract class FormatReading
{
    /// <summary>A cutter for one input; used on its reader thread alone.</summary>
    public abstract RecordCutter CreateCutter();

    /// <summary>A decoder for one lane.</summary>
    public abstract Decoder CreateDecoder();
}
