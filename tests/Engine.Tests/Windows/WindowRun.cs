using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Windows;

namespace DataStream.Tests.Windows;

/// <summary>
/// Runs a window plan over events cut into payloads, batches and lanes in a random but allowed order of steps. A window on one lane may move now and then: another
/// operator, of a plan made anew as in another process, goes on with its state.
/// </summary>
public sealed class WindowRun : IDisposable
{
    private readonly Schema _schema = new();
    private readonly List<WindowOperator> _lanes = [];
    private readonly List<Batch> _batches = [];
    private readonly List<Results> _results = [];
    private readonly TextArena _arena = new(_ => { });
    private readonly NativeBlock _payload = new(1 << 20); // of the lane at hand
    private int _payloadLength;
    private readonly Func<WindowPlan?> _newPlan;
    private readonly MemoryBudget _memory;
    private int _firstPayload; // since the window moved: payloads are counted anew

    public WindowRun(ConfigMap settings, bool hasEventTime = true, long disorder = 0, long lateness = 0, int lanes = 1, int capacity = 64, long budget = 1L << 30)
    {
        foreach ((string name, ColumnType type) in Columns)
        {
            _schema.Add(name, type);
        }

        Errors = new ConfigErrors();
        _newPlan = () => WindowPlan.Create(new Settings("module 'w'", Place.Code, settings, Errors), TestSchema(), hasEventTime, disorder, lateness);
        WindowPlan? plan = WindowPlan.Create(new Settings("module 'w'", Place.Code, settings, Errors), _schema, hasEventTime, disorder, lateness);
        if (plan is null)
        {
            throw new InvalidOperationException(string.Join("\n", Errors.Sorted()));
        }

        Plan = plan;
        MemoryBudget memory = _memory = new MemoryBudget(budget);
        for (int i = 0; i < (plan.CanMerge ? lanes : 1); i++)
        {
            _lanes.Add(plan.CreateOperator(memory.Open("w")));
            _batches.Add(new Batch(_schema.Storage, capacity, _arena));
            _results.Add(new Results(plan.ResultSchema()));
        }
    }

    public static (string Name, ColumnType Type)[] Columns { get; } =
    [
        ("t", ColumnType.Timestamp), ("k", ColumnType.Text), ("n", ColumnType.Int64), ("v", ColumnType.Float64),
        ("c", ColumnType.Decimal(2)), ("b", ColumnType.Bool), ("s", ColumnType.Text),
    ];

    /// <summary>Event time is told behind each payload: the payload's own rows do not move it before.</summary>
    public bool IsTold { get; init; }

    public WindowPlan Plan { get; }

    public ConfigErrors Errors { get; }

    public HashSet<int> Late { get; } = [];

    public Dictionary<int, int> Faults { get; } = [];

    public static Schema TestSchema()
    {
        var schema = new Schema();
        foreach ((string name, ColumnType type) in Columns)
        {
            schema.Add(name, type);
        }

        return schema;
    }

    /// <summary>All result rows in order of payloads.</summary>
    public List<object?[]> Run(IReadOnlyList<Event> events, Random random, int maxPayload = 100)
    {
        var payloads = new List<List<Event>>();
        for (int at = 0; at < events.Count;)
        {
            int length = Math.Min(events.Count - at, random.Next(0, maxPayload + 1));
            payloads.Add([.. events.Skip(at).Take(length)]);
            at += length;
        }

        payloads.Add([]); // the end
        var earlier = new long[payloads.Count];
        long max = long.MinValue;
        int arrival = 0;
        for (int i = 0; i < payloads.Count; i++)
        {
            earlier[i] = max;
            foreach (Event e in payloads[i])
            {
                e.EarlierMax = IsTold ? earlier[i] : max;
                e.Arrival = arrival++;
                max = Math.Max(max, e.Time);
            }
        }

        var rows = new List<object?[]>[payloads.Count];
        var folded = new bool[payloads.Count];
        var next = Enumerable.Range(0, _lanes.Count).ToArray(); // each lane's next payload
        bool moves = _lanes.Count == 1 && random.Next(2) == 0;
        while (next.Any(n => n < payloads.Count))
        {
            if (moves && random.Next(3) == 0 && !folded[Math.Min(next[0], payloads.Count - 1)])
            {
                Move(next[0]);
            }

            int lane = random.Next(_lanes.Count);
            int payload = next[lane];
            if (payload >= payloads.Count)
            {
                continue;
            }

            if (!folded[payload])
            {
                rows[payload] = [];
                _results[lane].Rows = rows[payload];
                Fold(lane, payload, payloads[payload], random);
                folded[payload] = true;
            }

            long through = payload == payloads.Count - 1 ? long.MaxValue : payload + 1 < earlier.Length ? earlier[payload + 1] : max;
            if (!_lanes[lane].Closes(earlier[payload], through))
            {
                next[lane] += _lanes.Count;
            }
            else if (folded.Take(payload).All(f => f))
            {
                _lanes[lane].Close(_lanes.ToArray(), through, _results[lane]);
                next[lane] += _lanes.Count;
            }
        }

        foreach (Results results in _results)
        {
            foreach ((int aggregate, int count) in results.Faults)
            {
                Faults[aggregate] = Faults.GetValueOrDefault(aggregate) + count;
            }
        }

        return [.. rows.SelectMany(r => r)];
    }

    public void Dispose()
    {
        _lanes.ForEach(l => l.Dispose());
        _batches.ForEach(b => b.Dispose());
        _results.ForEach(r => r.Dispose());
        _arena.Dispose();
        _payload.Dispose();
    }

    private void Move(int payload)
    {
        using var image = new StateImage(null);
        var walk = new StateWalk();
        walk.Save(_lanes[0], image);
        _lanes[0].Dispose();
        _lanes[0] = _newPlan()!.CreateOperator(_memory.Open("w"));
        walk.Load(_lanes[0], image);
        _firstPayload = payload;
    }

    private void Fold(int lane, int number, List<Event> events, Random random)
    {
        Batch batch = _batches[lane];
        Attach(batch);
        for (int at = 0; at < events.Count;)
        {
            int count = Math.Min(events.Count - at, random.Next(1, batch.Capacity + 1));
            batch.SetCount(count);
            batch.LatestIsTold = IsTold;
            batch.PayloadNumber = number - _firstPayload;
            batch.FirstOrdinal = at;
            for (int row = 0; row < count; row++)
            {
                Write(batch, row, events[at + row]);
            }

            var late = new ulong[batch.Words];
            _lanes[lane].Fold(batch, late, _results[lane]);
            for (int row = 0; row < count; row++)
            {
                if ((late[row >> 6] & (1UL << row)) != 0)
                {
                    Late.Add(events[at + row].Arrival);
                }
            }

            at += count;
        }

        _arena.Reset();
    }

    private unsafe void Attach(Batch batch)
    {
        batch.Attach(new Payload { Start = _payload.Start, Capacity = _payload.Length, Length = _payload.Length });
        _payloadLength = 0;
    }

    private void Write(Batch batch, int row, Event e)
    {
        batch.EventTimes[row] = e.Time;
        batch.EarlierMax[row] = e.EarlierMax;
        Put(batch, 0, row, (Timestamp?)new Timestamp(e.Time));
        Put(batch, 1, row, ToText(batch, e.Key));
        Put(batch, 2, row, e.Number);
        Put(batch, 3, row, e.Value);
        Put(batch, 4, row, e.Cents);
        Put(batch, 5, row, e.Flag);
        Put(batch, 6, row, ToText(batch, e.Name));
    }

    /// <summary>One after the other in the payload; some, as decoders do with escaped ones, in the arena.</summary>
    private Text? ToText(Batch batch, string? text)
    {
        if (text is null)
        {
            return null;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length % 4 == 3 || _payloadLength + bytes.Length > _payload.Length)
        {
            return batch.Arena.Append(bytes);
        }

        bytes.CopyTo(_payload.Bytes[_payloadLength..]);
        _payloadLength += bytes.Length;
        return new Text(_payloadLength - bytes.Length, bytes.Length);
    }

    private static void Put<T>(Batch batch, int ordinal, int row, T? value) where T : unmanaged
    {
        if (value is { } present)
        {
            batch.Values(new Column<T>(ordinal))[row] = present;
            batch.SetValid(ordinal, row);
        }
        else
        {
            batch.SetNull(ordinal, row);
        }
    }

    /// <summary>Result rows as objects: long, double, bool, string, decimals as their scaled long, times as microseconds.</summary>
    private sealed class Results : WindowResults, IDisposable
    {
        private readonly Schema _schema;
        private readonly TextArena _arena = new(_ => { });

        public Results(Schema schema)
        {
            _schema = schema;
            Batch = new Batch(schema.Storage, 64, _arena);
            Batch.SetCount(64);
        }

        public override Batch Batch { get; }

        public List<object?[]> Rows { get; set; } = [];

        public Dictionary<int, int> Faults { get; } = [];

        public override void Fault(int result) => Faults[result] = Faults.GetValueOrDefault(result) + 1;

        public void Dispose()
        {
            Batch.Dispose();
            _arena.Dispose();
        }

        protected override void Send(int count)
        {
            for (int row = 0; row < count; row++)
            {
                Rows.Add([.. _schema.Fields.Select(f => Read(f, row))]);
            }

            _arena.Reset();
        }

        private object? Read(Field field, int row)
        {
            if (Batch.IsNull(field.Ordinal, row))
            {
                return null;
            }

            return field.Type.Kind switch
            {
                ColumnKind.Text => Encoding.UTF8.GetString(Batch.Bytes(Batch.Values(new Column<Text>(field.Ordinal))[row])),
                ColumnKind.Float64 => Batch.Values(new Column<double>(field.Ordinal))[row],
                ColumnKind.Bool => Batch.Values(new Column<bool>(field.Ordinal))[row],
                _ => Batch.Values(new Column<long>(field.Ordinal))[row],
            };
        }
    }
}
