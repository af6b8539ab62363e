using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using DataStream.Batches;
using DataStream.Modules;

namespace DataStream.Tests.Pipelines;

/// <summary>
/// A user's module with state per key that does all a module may: per value of <c>k</c> it counts rows, drops every fifth, kills every eleventh, writes to a
/// column that it reads, adds a text made of the row before, and looks at event times and records.
/// </summary>
/// <param name="hasTime">Rows have event times.</param>
/// <param name="tellsKey">Whether it says which columns its state belongs to.</param>
/// <param name="isWrong">It says so and keeps one state for all rows.</param>
internal sealed class Streaks(bool hasTime, bool tellsKey = true, bool isWrong = false) : Module
{
    private readonly Dictionary<string, (int Count, string Before)> _states = [];
    private DeadReason _reason;
    private Field? _key;
    private Column<Text> _k;
    private Column<long> _n;
    private Column<Text> _tag;

    public override Scope Scope => Scope.Keyed;

    public override IReadOnlyList<Field>? Key => tellsKey ? [_key!] : null;

    public override void Bind(Schema schema)
    {
        _reason = DeadReason.Named("streak");
        _key = schema.Read("k", ColumnKind.Text);
        _k = new Column<Text>(_key.Ordinal);
        _n = schema.Int64("n");
        _tag = schema.AddText("tag");
    }

    public override void Process(Batch batch)
    {
        foreach (int index in batch.Rows)
        {
            var row = new Row(batch, index);
            string key = row.IsNull(_k) ? "null" : "=" + Encoding.UTF8.GetString(row.Bytes(_k));
            string state = isWrong ? "" : key;
            (int count, string before) = _states.GetValueOrDefault(state, (0, ""));
            count++;
            if (count % 11 == 0)
            {
                batch.Kill(index, _reason, _n.Ordinal);
            }
            else if (count % 5 == 0)
            {
                batch.Drop(index);
            }
            else if (count % 7 == 0)
            {
                row.SetNull(_tag);
            }
            else
            {
                row[_tag] = batch.Arena.Append(Encoding.UTF8.GetBytes(before));
                batch.SetValid(_tag.Ordinal, index);
            }

            string now = string.Create(CultureInfo.InvariantCulture, $"{key} {count} {(hasTime ? batch.EventTimes[index] % 1000 : 0)} {(hasTime ? batch.EarlierMax[index] % 1000 : 0)} {batch.Records[index].Length}");
            _states[state] = (count, now);
            if (row.IsNull(_n))
            {
                row[_n] = count;
                batch.SetValid(_n.Ordinal, index);
            }
            else if (count % 3 == 0)
            {
                row.SetNull(_n);
            }
            else
            {
                row[_n] ^= count;
            }
        }
    }
}
