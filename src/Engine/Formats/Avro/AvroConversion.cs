using DataStream.Batches;

namespace DataStream.Formats.Avro;

/// <summary>Which column takes which value.</summary>
internal static class AvroConversion
{
    private const int MaxScale = 18;

    /// <summary>How a value of a schema that is no union becomes one of a field.</summary>
    public static AvroOp Of(AvroSchema schema, AvroWantedField field)
    {
        if (field.Part >= 0)
        {
            return new AvroOp { Kind = OfPart(schema), Place = field.Place, Ordinal = field.Field.Ordinal, Schema = schema, Length = field.Part };
        }

        ColumnType type = field.Field.Type;
        AvroOpKind kind = schema.IsUnreadable ? AvroOpKind.BadType
            : schema.Kind == AvroKind.Null ? AvroOpKind.Null
            : type.Kind switch
            {
                ColumnKind.Int64 => schema.Kind is AvroKind.Int or AvroKind.Long ? AvroOpKind.Int64 : AvroOpKind.BadType,
                ColumnKind.Float64 => OfNumber(schema),
                ColumnKind.Decimal => OfDecimal(schema, type.Scale),
                ColumnKind.Bool => schema.Kind == AvroKind.Boolean ? AvroOpKind.Bool : AvroOpKind.BadType,
                ColumnKind.Timestamp => schema.IsLocal && field.Field.TimeZone is not null ? AvroOpKind.TimeOfLocal : OfTime(schema),
                _ => OfText(schema),
            };
        return new AvroOp { Kind = kind, Place = field.Place, Ordinal = field.Field.Ordinal, Schema = schema, Length = type.Scale };
    }

    /// <summary>The column that the writer's schema itself gives a field; null where it says nothing of it.</summary>
    public static ColumnType TypeOf(AvroSchema schema)
    {
        if (schema.Kind == AvroKind.Union)
        {
            return OfUnion(schema);
        }

        switch (schema.Kind)
        {
            case AvroKind.Int or AvroKind.Long:
                return schema.Logical is AvroLogical.None ? ColumnType.Int64 : ColumnType.Timestamp;
            case AvroKind.Float or AvroKind.Double:
                return ColumnType.Float64;
            case AvroKind.Boolean:
                return ColumnType.Bool;
            case AvroKind.Bytes or AvroKind.Fixed when schema.Logical == AvroLogical.Decimal && schema.Precision <= MaxScale:
                return ColumnType.Decimal(schema.Scale);
            default:
                return ColumnType.Text;
        }
    }

    private static ColumnType OfUnion(AvroSchema schema)
    {
        ColumnType? type = null;
        foreach (AvroSchema branch in schema.Branches)
        {
            if (branch.Kind == AvroKind.Null)
            {
                continue;
            }

            ColumnType own = TypeOf(branch);
            bool areNumbers = type is { Kind: ColumnKind.Int64 or ColumnKind.Float64 } && own.Kind is ColumnKind.Int64 or ColumnKind.Float64;
            type = type is null || type == own ? own : areNumbers ? ColumnType.Float64 : ColumnType.Text;
        }

        return type ?? ColumnType.Text;
    }

    /// <summary>Texts and the digits of numbers are joined to a timestamp.</summary>
    private static AvroOpKind OfPart(AvroSchema schema) => schema.IsUnreadable ? AvroOpKind.BadType : schema.Kind switch
    {
        AvroKind.Null => AvroOpKind.PartOfNull,
        AvroKind.String or AvroKind.Enum => AvroOpKind.PartOfText,
        AvroKind.Bytes or AvroKind.Fixed when schema.Logical == AvroLogical.None => AvroOpKind.PartOfText,
        AvroKind.Int or AvroKind.Long when schema.Logical == AvroLogical.None => AvroOpKind.PartOfNumber,
        _ => AvroOpKind.BadType,
    };

    private static AvroOpKind OfNumber(AvroSchema schema) => schema.Kind switch
    {
        AvroKind.Int or AvroKind.Long => schema.IsSingle ? AvroOpKind.Float64OfSingle : AvroOpKind.Float64OfLong,
        AvroKind.Float => AvroOpKind.Float64OfFloat,
        AvroKind.Double => AvroOpKind.Float64OfDouble,
        AvroKind.Bytes or AvroKind.Fixed when schema.Logical == AvroLogical.Decimal => AvroOpKind.Float64OfDecimal,
        _ => AvroOpKind.BadType,
    };

    private static AvroOpKind OfDecimal(AvroSchema schema, int scale) => schema.Kind switch
    {
        AvroKind.Int or AvroKind.Long => AvroOpKind.DecimalOfLong,
        AvroKind.Bytes or AvroKind.Fixed when schema.Logical == AvroLogical.Decimal && schema.Scale == scale => AvroOpKind.Decimal,
        _ => AvroOpKind.BadType,
    };

    private static AvroOpKind OfTime(AvroSchema schema) => schema.Kind switch
    {
        AvroKind.Int or AvroKind.Long => schema.Logical == AvroLogical.None ? AvroOpKind.TimeOfLong : AvroOpKind.Time,
        AvroKind.Float or AvroKind.Double => AvroOpKind.TimeOfFloat,
        AvroKind.String or AvroKind.Bytes or AvroKind.Enum => AvroOpKind.TimeOfText,
        _ => AvroOpKind.BadType,
    };

    private static AvroOpKind OfText(AvroSchema schema) => schema.Kind switch
    {
        AvroKind.Bytes or AvroKind.Fixed when schema.Logical == AvroLogical.Decimal => AvroOpKind.TextOfValue,
        AvroKind.String or AvroKind.Bytes => AvroOpKind.Text,
        AvroKind.Fixed => AvroOpKind.TextOfFixed,
        AvroKind.Enum => AvroOpKind.TextOfEnum,
        _ => AvroOpKind.TextOfValue,
    };
}
