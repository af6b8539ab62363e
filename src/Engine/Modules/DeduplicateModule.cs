using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;

namespace DataStream.Modules;

/// <summary>
/// <c>deduplicate: {key, within}</c>: drops an event when an accepted event of its key lies within the span of event time (inclusive) and is
/// not older than the watermark minus the span. A duplicate extends nothing; null is a key value.
/// </summary>
/// <remarks>The watermark is the one left by earlier events. What cannot matter any more is forgotten; with an unbounded disorder everything matters until the memory budget is spent.</remarks>
public sealed class DeduplicateModule : Module, IStateful, IDisposable
{
    private readonly ModuleContext _context;
    private readonly IReadOnlyList<ConfigScalar> _keyNames;
    private readonly long _within;
    private readonly KeyLimit _limit;
    private IReadOnlyList<Field>? _key;
    private KeyTable? _keys;
    private AcceptedTimes? _times;

    public DeduplicateModule(ModuleContext context)
    {
        _context = context;
        Settings settings = context.Settings;
        _keyNames = settings.List("key");
        if (!settings.Has("within"))
        {
            settings.Missing("within");
        }

        _within = settings.Duration("within") ?? 0;
        if (!context.HasEventTime)
        {
            settings.Errors.Add(settings.OwnerPlace, "needs_event_time", $"{settings.Owner} compares event times: add 'event_time' to stream_settings");
        }

        _limit = KeyLimit.Read(context, canEvict: false);
        settings.RejectUnknown();
    }

    public override Scope Scope => Scope.Keyed;

    public override IReadOnlyList<Field>? Key => _key;

    // How many times of a key can matter depends on the data: their entries are charged as they come.
    public override KeyBound? Bound => _keys is null ? null : new KeyBound(0, _keys.BytesPerKey, KeyTable.Room);

    public override Bucket Drops => Bucket.Deduplicated;

    /// <summary>How many accepted times are held.</summary>
    internal int Held => _times?.Count ?? 0;

    /// <summary>How many keys are held.</summary>
    internal int HeldKeys => _keys?.Count ?? 0;

    public override void Bind(Schema schema)
    {
        if (FieldSetting.FindAll(_context, schema, _keyNames) is not { } key)
        {
            return;
        }

        foreach (Field field in key)
        {
            schema.Dependencies.Read(field.Ordinal);
        }

        Dispose();
        _key = key;
        _keys = new KeyTable(key, _context.Memory.Charge, _limit);
        _times = new AcceptedTimes(_keys, _within, _context.Memory.Charge);
    }

    public override void Process(Batch batch)
    {
        KeyTable keys = _keys!;
        AcceptedTimes times = _times!;
        ReadOnlySpan<long> time = batch.EventTimes;
        ReadOnlySpan<long> earlierMax = batch.EarlierMax;
        long disorder = _context.MaxOutOfOrderness;
        foreach (int row in keys.Read(batch))
        {
            long watermark = earlierMax[row] < long.MinValue + disorder ? long.MinValue : earlierMax[row] - disorder;
            int slot = keys.FindOrAdd(row, out bool isNew);
            if (!times.Accept(slot, isNew, time[row], watermark))
            {
                batch.Drop(row);
            }
        }
    }

    public void Walk(StateWalk walk)
    {
        ArgumentNullException.ThrowIfNull(walk);
        _keys!.Walk(walk);
        _times!.Walk(walk);
    }

    public void Dispose()
    {
        _times?.Dispose();
        _keys?.Dispose();
    }
}
