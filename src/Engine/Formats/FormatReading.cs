namespace DataStream.Formats;

/// <summary>The cutters and decoders of one run, and what they share: header maps.</summary>
public abstract class FormatReading
{
    /// <summary>A cutter for one input; used on its reader thread alone.</summary>
    public abstract RecordCutter CreateCutter();

    /// <summary>What judges the messages of one input whose messages are records; used on its reader thread alone. Null: their lines are records, as those of a file are.</summary>
    /// <param name="source">The input's name, for messages.</param>
    public virtual MessageCutter? CreateMessageCutter(string source) => null;

    /// <summary>A decoder for one lane.</summary>
    public abstract Decoder CreateDecoder();

    /// <summary>
    /// A decoder for one lane under a plan that uses other columns of the same fields, while the run goes on. Null where that cannot be: the format has
    /// no such thing, or what was read so far lacks a column (a header). What is read from then on must have the columns of both plans.
    /// </summary>
    public virtual Decoder? CreateDecoder(DecodePlan plan) => null;
}
