using System;
using System.Numerics;
using DataStream.Batches;
using DataStream.Config;

namespace DataStream.Modules;

/// <summary><c>clamp: {field, min, max}</c>: values of a number or timestamp column beyond a bound become the bound; nulls stay. One bound may be absent.</summary>
public sealed class ClampModule : Module
{
    private readonly ModuleContext _context;
    private readonly ConfigScalar? _name;
    private readonly ConfigScalar? _minText;
    private readonly ConfigScalar? _maxText;
    private ReplacedColumn? _column;
    private bool _isFloat;
    private long _min;
    private long _max;
    private double _floatMin;
    private double _floatMax;

    public ClampModule(ModuleContext context)
    {
        _context = context;
        _name = FieldSetting.Required(context, "field");
        _minText = context.Settings.Scalar("min");
        _maxText = context.Settings.Scalar("max");
        if (!context.Settings.Has("min") && !context.Settings.Has("max"))
        {
            context.Settings.Missing(["min", "max"], $"{context.Settings.Owner} needs 'min' or 'max'");
        }

        context.Settings.RejectUnknown();
    }

    public override void Bind(Schema schema)
    {
        Field? field = FieldSetting.Find(_context, schema, _name, ColumnKind.Int64, ColumnKind.Float64, ColumnKind.Decimal, ColumnKind.Timestamp);
        if (field is null)
        {
            return;
        }

        _isFloat = field.Type.Kind == ColumnKind.Float64;
        _min = _isFloat ? BitConverter.DoubleToInt64Bits(double.NegativeInfinity) : long.MinValue;
        _max = _isFloat ? BitConverter.DoubleToInt64Bits(double.PositiveInfinity) : long.MaxValue;
        if ((_minText is not null && !Literal.TryParse(_context, _minText, field.Type, out _min))
            | (_maxText is not null && !Literal.TryParse(_context, _maxText, field.Type, out _max)))
        {
            return;
        }

        _floatMin = BitConverter.Int64BitsToDouble(_min);
        _floatMax = BitConverter.Int64BitsToDouble(_max);
        if (_isFloat ? _floatMin > _floatMax : _min > _max)
        {
            _context.Settings.Error("min", "bad_value", $"'min' of {_context.Settings.Owner} is {_minText!.Shown}, above its 'max', {_maxText!.Shown}");
            return;
        }

        _column = new ReplacedColumn(schema, field, field.Nullable, []);
    }

    public override void Process(Batch batch)
    {
        if (_column is not { IsNeeded: true } column)
        {
            return;
        }

        batch.Validity(column.Source).CopyTo(batch.Validity(column.Target));
        if (_isFloat)
        {
            Clamp(batch.Padded<double>(column.Source), batch.Padded<double>(column.Target), _floatMin, _floatMax);
        }
        else
        {
            Clamp(batch.Padded<long>(column.Source), batch.Padded<long>(column.Target), _min, _max);
        }
    }

    // A comparison each, not min and max: a value that equals a bound keeps its bits, −0 among them.
    private static void Clamp<T>(ReadOnlySpan<T> from, Span<T> to, T min, T max) where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        for (int i = 0; i < from.Length; i++)
        {
            T value = from[i];
            to[i] = value < min ? min : value > max ? max : value;
        }
    }
}
