using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;

namespace DataStream.Modules;

/// <summary>
/// <c>fix_time: {field, into, formats, time_zone}</c>: reads text and writes a timestamp, by the formats in order, or by what a timestamp
/// field reads where there are none. Null stays null; what fits no format is dead (<c>fix_time</c>).
/// </summary>
public sealed class FixTimeModule : Module
{
    private readonly ModuleContext _context;
    private readonly ConfigScalar? _name;
    private readonly ConfigScalar? _into;
    private readonly TimestampParser? _parser;
    private readonly string[] _formats;
    private Dependencies? _dependencies;
    private Column<Text> _from;
    private Column<long> _to;

    public FixTimeModule(ModuleContext context)
    {
        _context = context;
        Settings settings = context.Settings;
        int before = settings.Errors.Count;
        _name = FieldSetting.Required(context, "field");
        _into = FieldSetting.Required(context, "into");
        if (_into?.Value.Length == 0)
        {
            settings.Error(_into, "bad_value", $"'into' of {settings.Owner} is the name of a column, not empty");
        }

        IReadOnlyList<ConfigScalar> formats = settings.List("formats");
        foreach (ConfigScalar format in formats)
        {
            if (TimestampParser.CheckFormat(format.Value) is { } mistake)
            {
                settings.Error(format, "bad_value", mistake);
            }
        }

        _formats = [.. formats.Select(f => f.Value)];
        ConfigScalar? zone = settings.Scalar("time_zone");
        if (zone is not null && TimestampParser.CheckZone(zone.Value) is { } unknown)
        {
            settings.Error(zone, "bad_value", unknown);
        }

        settings.RejectUnknown();
        if (settings.Errors.Count == before)
        {
            _parser = new TimestampParser(_formats, zone?.Value);
        }
    }

    /// <summary>A time, and the formats that were tried.</summary>
    public override string? Expects => _formats.Length == 0 ? "timestamp" : "timestamp: " + string.Join(" or ", _formats);

    public override void Bind(Schema schema)
    {
        Field? field = FieldSetting.Find(_context, schema, _name, ColumnKind.Text);
        if (_into is null)
        {
            return;
        }

        // Also where the field is wrong: what comes later may use the column, and complaints about it would be follow-ups.
        _to = new Column<long>(schema.AddTimestamp(_into.Value).Ordinal);
        if (field is null)
        {
            return;
        }

        _from = new Column<Text>(field.Ordinal);
        _dependencies = schema.Dependencies;
        _dependencies.Derive(_to.Ordinal, _from.Ordinal);
    }

    public override void Process(Batch batch)
    {
        if (_dependencies is null || _parser is null || !_dependencies.IsNeeded(_to.Ordinal))
        {
            return;
        }

        batch.Validity(_from.Ordinal).CopyTo(batch.Validity(_to.Ordinal));
        ReadOnlySpan<Text> text = batch.Values(_from);
        Span<long> time = batch.Values(_to);
        foreach (int row in batch.Rows)
        {
            if (!batch.IsNull(_from.Ordinal, row) && !_parser.TryParse(batch.Bytes(text[row]), out time[row]))
            {
                batch.Kill(row, DeadReason.FixTime, _from.Ordinal);
            }
        }
    }
}
