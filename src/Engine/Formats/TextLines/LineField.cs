using System;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Formats.Csv;
using DataStream.Kernels;

namespace DataStream.Formats.TextLines;

/// <summary>Reads one field of a line into its column. One per decoder.</summary>
internal abstract class LineField(DecodeField field)
{
    private readonly byte[][] _nullValues = [.. field.NullValues.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];

    public DecodeField Field { get; } = field;

    /// <summary>The reader of a field's values.</summary>
    /// <param name="field">The field.</param>
    /// <param name="sources">The places of its sources among the line's fields.</param>
    public static LineField Create(DecodeField field, int[] sources) => field.Type.Kind switch
    {
        ColumnKind.Timestamp => new JoinedLineField(field, sources),
        ColumnKind.Int64 => new ValueLineField<Int64Parser, long>(field, sources[0], default),
        ColumnKind.Float64 => new ValueLineField<Float64Parser, double>(field, sources[0], default),
        ColumnKind.Decimal => new ValueLineField<DecimalParser, long>(field, sources[0], new DecimalParser(field.Type.Scale)),
        ColumnKind.Bool => new ValueLineField<BoolParser, bool>(field, sources[0], default),
        _ => new TextLineField(field, sources[0]),
    };

    /// <summary>Reads the value; the places are in the line, which begins at <paramref name="offset"/> in the payload.</summary>
    public abstract LineFieldResult Read(Batch batch, int row, ReadOnlySpan<byte> line, int offset, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends);

    protected bool IsNullValue(ReadOnlySpan<byte> text)
    {
        foreach (byte[] value in _nullValues)
        {
            if (text.SequenceEqual(value))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What became of a field.</summary>
internal enum LineFieldResult
{
    Value,
    Null,
    BadNumber,
    OutOfRange,
    BadBool,
    BadTimestamp,
}

/// <summary>Text is a place in the payload.</summary>
internal sealed class TextLineField(DecodeField field, int source) : LineField(field)
{
    public override LineFieldResult Read(Batch batch, int row, ReadOnlySpan<byte> line, int offset, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends)
    {
        int start = starts[source];
        if (start < 0 || IsNullValue(line[start..ends[source]]))
        {
            return LineFieldResult.Null;
        }

        batch.Whole<Text>(Field.Ordinal)[row] = new Text(offset + start, ends[source] - start);
        return LineFieldResult.Value;
    }
}

/// <summary>Numbers and bools, as CSV has them.</summary>
internal sealed class ValueLineField<TParser, T>(DecodeField field, int source, TParser parser) : LineField(field)
    where TParser : struct, IValueParser<T>
    where T : unmanaged
{
    public override LineFieldResult Read(Batch batch, int row, ReadOnlySpan<byte> line, int offset, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends)
    {
        int start = starts[source];
        if (start < 0 || IsNullValue(line[start..ends[source]]))
        {
            return LineFieldResult.Null;
        }

        return parser.Parse(line[start..ends[source]], out batch.Whole<T>(Field.Ordinal)[row]) switch
        {
            FieldStatus.Value => LineFieldResult.Value,
            FieldStatus.Null => LineFieldResult.Null,
            FieldStatus.OutOfRange => LineFieldResult.OutOfRange,
            FieldStatus.BadBool => LineFieldResult.BadBool,
            _ => LineFieldResult.BadNumber,
        };
    }
}

/// <summary>A timestamp of one field, or of several joined with a space: null where all of them are; a missing one among others is empty.</summary>
internal sealed class JoinedLineField(DecodeField field, int[] sources) : LineField(field)
{
    // Longer texts fit no timestamp; one sign more than the longest makes them bad.
    private const int MaxLength = 512;

    private readonly TimestampParser _parser = new(field.TimeFormats, field.TimeZone);

    public override LineFieldResult Read(Batch batch, int row, ReadOnlySpan<byte> line, int offset, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends)
    {
        Span<byte> joined = stackalloc byte[MaxLength];
        int length = 0;
        bool isNull = true;
        for (int i = 0; i < sources.Length; i++)
        {
            if (i > 0 && length < MaxLength)
            {
                joined[length++] = (byte)' ';
            }

            int start = starts[sources[i]];
            ReadOnlySpan<byte> part = start < 0 ? [] : line[start..ends[sources[i]]];
            if (part.IsEmpty || IsNullValue(part))
            {
                continue;
            }

            isNull = false;
            int count = Math.Min(part.Length, MaxLength - length);
            part[..count].CopyTo(joined[length..]);
            length += count;
        }

        if (isNull)
        {
            return LineFieldResult.Null;
        }

        bool isTime = length < MaxLength && _parser.TryParse(joined[..length], out batch.Whole<long>(Field.Ordinal)[row]);
        return isTime ? LineFieldResult.Value : LineFieldResult.BadTimestamp;
    }
}
