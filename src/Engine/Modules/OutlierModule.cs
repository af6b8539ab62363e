using System;
using System.Collections.Generic;
using System.Numerics;
using DataStream.Batches;
using DataStream.Config;

namespace DataStream.Modules;

/// <summary>
/// <c>outlier: {field, key, method, threshold, window, warmup, reset_after, action}</c>: judges a number, in order of arrival, against the last
/// accepted values of its key, and drops, flags, clips or empties what is beyond the bound.
/// </summary>
/// <remarks>
/// The formulas are meant in real numbers: a comparison never depends on how an intermediate value is rounded, so a decimal and an
/// int64 are judged as exactly as a double. A clipped double is the bound rounded once; a clipped int64 or decimal is cut toward the inside of the band.
/// </remarks>
public sealed class OutlierModule : Module, IStateful, IDisposable
{
    private readonly ModuleContext _context;
    private readonly ConfigScalar? _name;
    private readonly IReadOnlyList<ConfigScalar> _keyNames;
    private readonly OutlierRule _rule;
    private readonly bool _isUsable;
    private readonly KeyLimit _limit;
    private Dependencies? _dependencies;
    private ReplacedColumn? _replaced;
    private IReadOnlyList<Field>? _key;
    private KeyTable? _keys;
    private OutlierJudge<double>? _floats;
    private OutlierJudge<long>? _wholes;
    private int _field;
    private int _flag = -1;

    public OutlierModule(ModuleContext context)
    {
        _context = context;
        Settings settings = context.Settings;
        int before = settings.Errors.Count;
        _name = FieldSetting.Required(context, "field");
        _keyNames = settings.List("key");
        foreach (string key in (ReadOnlySpan<string>)["method", "threshold", "action"])
        {
            if (!settings.HasWord(key))
            {
                settings.Missing(key);
            }
        }

        OutlierMethod method = settings.OneOf("method", "zscore", "mad", "iqr") switch
        {
            "zscore" => OutlierMethod.ZScore,
            "mad" => OutlierMethod.Mad,
            _ => OutlierMethod.Iqr,
        };
        OutlierAction action = settings.OneOf("action", "drop", "flag", "clip", "null") switch
        {
            "drop" => OutlierAction.Drop,
            "flag" => OutlierAction.Flag,
            "clip" => OutlierAction.Clip,
            _ => OutlierAction.Null,
        };
        Threshold threshold = default;
        if (settings.Scalar("threshold") is { } text && !Threshold.TryParse(text.Value, out threshold))
        {
            settings.Error(text, "bad_value", $"'threshold' of {settings.Owner} is a number above 0, at most 1000000 and with at most {Threshold.MostDecimals} decimals, not '{text.Shown}'");
        }

        // A deviation takes two values; an order takes one.
        int least = method == OutlierMethod.ZScore ? 2 : 1;
        int window = (int)settings.Integer("window", 256, least, OutlierRule.MostValues);
        int warmup = (int)settings.Integer("warmup", 30, least, int.MaxValue);
        int reset = (int)settings.Integer("reset_after", 64, 1, OutlierRule.MostValues);
        _limit = KeyLimit.Read(context, canEvict: true);
        settings.RejectUnknown();
        _rule = new OutlierRule(method, threshold, window, warmup, reset, action);
        _isUsable = settings.Errors.Count == before;
    }

    public override Scope Scope => Scope.Keyed;

    public override IReadOnlyList<Field>? Key => _key;

    public override KeyBound? Bound => _keys is null ? null : new KeyBound(_limit.Most, _keys.BytesPerKey + (_floats?.BytesPerKey ?? _wholes!.BytesPerKey), KeyTable.Room);

    public override long EvictedKeys => _keys?.Evicted ?? 0;

    public void Walk(StateWalk walk)
    {
        ArgumentNullException.ThrowIfNull(walk);
        _keys!.Walk(walk);
        _floats?.Walk(walk);
        _wholes?.Walk(walk);
    }

    public override void Bind(Schema schema)
    {
        Field? field = FieldSetting.Find(_context, schema, _name, ColumnKind.Int64, ColumnKind.Float64, ColumnKind.Decimal);
        IReadOnlyList<Field>? key = FieldSetting.FindAll(_context, schema, _keyNames);
        if (_name is not null && _rule.Action == OutlierAction.Flag)
        {
            if (schema.TryFind(_name.Value + "_outlier", out _))
            {
                _context.Settings.Error(_name, "duplicate_column", $"{_context.Settings.Owner} adds the column '{_name.Value}_outlier', and there is one already; rename or leave out that one first");
            }

            // Also where the field is wrong: what comes later may use the column, and complaints about it would be follow-ups.
            _flag = schema.AddBool(_name.Value + "_outlier").Ordinal;
        }

        if (field is null || key is null || !_isUsable)
        {
            return;
        }

        _field = field.Ordinal;
        _dependencies = schema.Dependencies;
        DeclareUse(schema, field, key);
        Dispose();
        _key = key;
        _keys = new KeyTable(key, _context.Memory.Charge, _limit);
        if (field.Type.Kind == ColumnKind.Float64)
        {
            _floats = new OutlierJudge<double>(_rule, _context.Memory.Charge);
        }
        else
        {
            _wholes = new OutlierJudge<long>(_rule, _context.Memory.Charge);
        }
    }

    public override void Process(Batch batch)
    {
        switch (_rule.Action)
        {
            case OutlierAction.Flag when !_dependencies!.IsNeeded(_flag):
                return;
            case OutlierAction.Flag:
                batch.Padded<bool>(_flag).Clear();
                batch.Validity(_flag).Fill(ulong.MaxValue);
                break;
            case OutlierAction.Clip or OutlierAction.Null:
                if (!_replaced!.IsNeeded)
                {
                    return;
                }

                _replaced.Copy(batch);
                break;
            default:
                break;
        }

        if (_floats is not null)
        {
            Judge(batch, _floats);
        }
        else
        {
            Judge(batch, _wholes!);
        }
    }

    public void Dispose()
    {
        _keys?.Dispose();
        _floats?.Dispose();
        _wholes?.Dispose();
    }

    private void DeclareUse(Schema schema, Field field, IReadOnlyList<Field> key)
    {
        switch (_rule.Action)
        {
            case OutlierAction.Drop:
                _dependencies!.Read(_field);
                foreach (Field part in key)
                {
                    _dependencies.Read(part.Ordinal);
                }

                break;
            case OutlierAction.Flag:
                int[] sources = new int[key.Count + 1];
                sources[0] = _field;
                for (int i = 0; i < key.Count; i++)
                {
                    sources[i + 1] = key[i].Ordinal;
                }

                _dependencies!.Derive(_flag, sources);
                break;
            default:
                _replaced = new ReplacedColumn(schema, field, nullable: field.Nullable || _rule.Action == OutlierAction.Null, key);
                break;
        }
    }

    private void Judge<T>(Batch batch, OutlierJudge<T> judge) where T : unmanaged, INumber<T>
    {
        Span<T> values = batch.Padded<T>(_field);
        bool clips = _rule.Action == OutlierAction.Clip;
        foreach (int row in _keys!.Read(batch))
        {
            // Decoders and expressions make no NaN; a user's module might, and it would poison the window.
            if (batch.IsNull(_field, row) || !T.IsFinite(values[row]))
            {
                continue;
            }

            int slot = _keys.FindOrAdd(row, out bool isNew);
            if (isNew)
            {
                judge.Begin(slot);
            }

            if (!judge.IsOutlier(slot, values[row], clips, out T bound))
            {
                continue;
            }

            switch (_rule.Action)
            {
                case OutlierAction.Drop:
                    batch.Drop(row);
                    break;
                case OutlierAction.Flag:
                    batch.Padded<bool>(_flag)[row] = true;
                    break;
                case OutlierAction.Clip:
                    batch.Padded<T>(_replaced!.Target)[row] = bound;
                    break;
                default:
                    batch.SetNull(_replaced!.Target, row);
                    break;
            }
        }
    }
}
