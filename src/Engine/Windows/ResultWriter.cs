using System;
using System.Collections.Generic;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>Writes closed groups as rows of the result schema: window_start, window_end, the keys, the aggregates. Fixed when the plan is made.</summary>
internal sealed class ResultWriter(KeyShape key, bool hasTimes, IReadOnlyList<ResultColumn> columns)
{
    private readonly ResultColumn[] _columns = [.. columns];
    private readonly int _firstKey = hasTimes ? 2 : 0;

    /// <summary>One row for each place, all with the same window.</summary>
    public void Write(ref WindowTable table, ReadOnlySpan<int> places, long start, long end, WindowResults results)
    {
        while (places.Length > 0)
        {
            int first = results.NextRow();
            int count = Math.Min(places.Length, results.Batch.Capacity - first);
            for (int i = 1; i < count; i++)
            {
                results.NextRow();
            }

            if (hasTimes)
            {
                PutTime(results.Batch, 0, first, count, start);
                PutTime(results.Batch, 1, first, count, end);
            }

            foreach (KeyColumn column in key.Columns)
            {
                PutKeys(ref table, column, places[..count], first, results.Batch);
            }

            foreach (ResultColumn column in _columns)
            {
                column.Write(ref table, places[..count], first, results);
            }

            places = places[count..];
        }
    }

    /// <summary>An instant outside the years 1 to 9999 has no text and becomes null.</summary>
    private static void PutTime(Batch batch, int ordinal, int first, int count, long time)
    {
        bool valid = time is >= Timestamp.MinMicroseconds and <= Timestamp.MaxMicroseconds;
        batch.Values(new Column<Timestamp>(ordinal)).Slice(first, count).Fill(new Timestamp(time));
        for (int row = first; row < first + count; row++)
        {
            if (valid)
            {
                batch.SetValid(ordinal, row);
            }
            else
            {
                batch.SetNull(ordinal, row);
            }
        }
    }

    private void PutKeys(ref WindowTable table, KeyColumn column, ReadOnlySpan<int> places, int row, Batch batch)
    {
        int ordinal = _firstKey + column.Number;
        foreach (int place in places)
        {
            ReadOnlySpan<long> record = table.Records.Items.Slice(place, key.Words);
            long value = record[column.Word];
            bool isNull = column.Kind == ColumnKind.Text ? record[column.Word + 2] < 0 : (record[0] & (1L << column.Number)) != 0;
            if (isNull)
            {
                batch.SetNull(ordinal, row++);
                continue;
            }

            switch (column.Kind)
            {
                case ColumnKind.Text:
                    batch.Values(new Column<Text>(ordinal))[row] = KeyShape.CopyText(ref table, record, column.Word, batch.Arena);
                    break;
                case ColumnKind.Bool:
                    batch.Values(new Column<bool>(ordinal))[row] = value != 0;
                    break;
                default:
                    batch.Values(new Column<long>(ordinal))[row] = value; // doubles too: their bits
                    break;
            }

            batch.SetValid(ordinal, row++);
        }
    }
}
