using System;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Csv;

/// <summary>How a field's text becomes a value: a strategy as a struct, so that each column gets a loop of its own.</summary>
internal interface IValueParser<T>
{
    FieldStatus Parse(ReadOnlySpan<byte> text, out T value);
}

internal readonly struct Int64Parser : IValueParser<long>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out long value) => Numbers.ParseInt64(text, out value);
}

internal readonly struct Float64Parser : IValueParser<double>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out double value) => Numbers.ParseFloat64(text, out value);
}

internal readonly struct DecimalParser(int scale) : IValueParser<long>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out long value) => Numbers.ParseDecimal(text, scale, out value);
}

internal readonly struct BoolParser : IValueParser<bool>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out bool value) => Bools.Parse(text, out value);
}

/// <summary>RFC 3339 and epoch numbers, UTC.</summary>
internal readonly struct PlainTimestampParser : IValueParser<Timestamp>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out Timestamp value)
    {
        bool isValue = Timestamps.TryParse(text, out long micros, out _);
        value = new Timestamp(micros);
        return isValue ? FieldStatus.Value : text.IsEmpty ? FieldStatus.Null : FieldStatus.BadTimestamp;
    }
}

/// <summary>Timestamps with formats or a zone.</summary>
internal readonly struct TimestampFieldParser(TimestampParser parser) : IValueParser<Timestamp>
{
    public FieldStatus Parse(ReadOnlySpan<byte> text, out Timestamp value)
    {
        value = default;
        if (text.IsEmpty)
        {
            return FieldStatus.Null;
        }

        bool isValue = parser.TryParse(text, out long micros);
        value = new Timestamp(micros);
        return isValue ? FieldStatus.Value : FieldStatus.BadTimestamp;
    }
}
