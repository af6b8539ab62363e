using System;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>How a field's text becomes a value: a strategy as a struct, so that each column gets a loop of its own.</summary>
internal interface IValueParser<T>
{
    FieldStatus Parse(ReadOnlySpan<byte> text, out T value);

    /// <summary>Reads the field of many records, up to the first that is no value.</summary>
    /// <returns>How many came before that one.</returns>
    int ParseRun(in FieldRun run, Span<T> values);
}

internal readonly struct Int64Parser : IValueParser<long>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out long value) => Numbers.ParseInt64(text, out value);

    public int ParseRun(in FieldRun run, Span<long> values) => Fields.ReadInt64(run, values);
}

internal readonly struct Float64Parser : IValueParser<double>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out double value) => Numbers.ParseFloat64(text, out value);

    public int ParseRun(in FieldRun run, Span<double> values) => Fields.ReadFloat64(run, values);
}

internal readonly struct DecimalParser(int scale) : IValueParser<long>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out long value) => Numbers.ParseDecimal(text, scale, out value);

    public int ParseRun(in FieldRun run, Span<long> values) => OneByOne.ParseRun(this, run, values);
}

internal readonly struct BoolParser : IValueParser<bool>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out bool value) => Bools.Parse(text, out value);

    public int ParseRun(in FieldRun run, Span<bool> values) => OneByOne.ParseRun(this, run, values);
}

/// <summary>Numbers with other signs than a point.</summary>
internal readonly struct SignedParser<TParser, T>(TParser parser, NumberSigns signs) : IValueParser<T>
    where TParser : struct, IValueParser<T>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out T value)
    {
        if (signs.TryRead(text, out ReadOnlySpan<byte> plain))
        {
            return parser.Parse(plain, out value);
        }

        value = default!;
        return FieldStatus.BadNumber;
    }

    public int ParseRun(in FieldRun run, Span<T> values) => OneByOne.ParseRun(this, run, values);
}

/// <summary>RFC 3339 and epoch numbers, UTC; in microseconds, as all timestamps.</summary>
internal readonly struct PlainTimestampParser : IValueParser<long>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out long value)
    {
        bool isValue = Timestamps.TryParse(text, out value, out _);
        return isValue ? FieldStatus.Value : text.IsEmpty ? FieldStatus.Null : FieldStatus.BadTimestamp;
    }

    public int ParseRun(in FieldRun run, Span<long> values) => Fields.ReadTimestamps(run, values);
}

/// <summary>Timestamps with formats or a zone.</summary>
internal readonly struct TimestampFieldParser(TimestampParser parser) : IValueParser<long>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out long value)
    {
        value = default;
        if (text.IsEmpty)
        {
            return FieldStatus.Null;
        }

        bool isValue = parser.TryParse(text, out value);
        return isValue ? FieldStatus.Value : FieldStatus.BadTimestamp;
    }

    public int ParseRun(in FieldRun run, Span<long> values) => OneByOne.ParseRun(this, run, values);
}

/// <summary>Fields without a loop of their own.</summary>
internal static class OneByOne
{
    public static int ParseRun<TParser, T>(TParser parser, in FieldRun run, Span<T> values)
        where TParser : struct, IValueParser<T>
    {
        for (int i = 0; i < values.Length; i++)
        {
            if (parser.Parse(run.Field(i), out values[i]) != FieldStatus.Value)
            {
                return i;
            }
        }

        return values.Length;
    }
}
