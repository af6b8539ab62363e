using System;
using System.Collections.Generic;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>Writes closed groups as rows of the result schema: window_start, window_end, the keys, the aggregates. Fixed when the plan is made.</summary>
internal sealed class ResultWriter(KeyShape key, int stride, bool hasTimes, IReadOnlyList<ResultColumn> columns)
{
    private const int RowsAtOnce = 128; // their records stay in the first-level cache from the first column to the last

    private readonly ResultColumn[] _columns = [.. columns];
    private readonly int _firstKey = hasTimes ? 2 : 0;

    /// <summary>One row for each place, all with the same window.</summary>
    public void Write(ref WindowTable table, ReadOnlySpan<int> places, long start, long end, WindowResults results)
    {
        Prefetch(ref table, places);
        while (places.Length > 0)
        {
            int first = results.NextRows(Math.Min(places.Length, RowsAtOnce), out int count);
            Prefetch(ref table, places[count..]);
            if (hasTimes)
            {
                PutTime(results, 0, first, count, start);
                PutTime(results, 1, first, count, end);
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

    /// <summary>Asks for the records of the rows that come next: in the order of keys they lie anywhere.</summary>
    private void Prefetch(ref WindowTable table, ReadOnlySpan<int> places)
    {
        foreach (int place in places[..Math.Min(places.Length, RowsAtOnce)])
        {
            table.Prefetch(place, stride);
        }
    }

    /// <summary>An instant outside the years 1 to 9999 has no text and becomes null, and is counted.</summary>
    private void PutTime(WindowResults results, int ordinal, int first, int count, long time)
    {
        Batch batch = results.Batch;
        batch.Values(new Column<Timestamp>(ordinal)).Slice(first, count).Fill(new Timestamp(time));
        batch.SetValid(ordinal, first, count);
        if (time is < Timestamp.MinMicroseconds or > Timestamp.MaxMicroseconds)
        {
            for (int row = first; row < first + count; row++)
            {
                batch.SetNull(ordinal, row);
                results.Fault(_columns.Length + ordinal); // behind the aggregates
            }
        }
    }

    private void PutKeys(ref WindowTable table, KeyColumn column, ReadOnlySpan<int> places, int row, Batch batch)
    {
        int ordinal = _firstKey + column.Number;
        batch.SetValid(ordinal, row, places.Length);
        if (column.Kind == ColumnKind.Text)
        {
            PutTexts(ref table, column, places, row, batch, ordinal);
            return;
        }

        ReadOnlySpan<long> records = table.Records.Items;
        foreach (int place in places)
        {
            long value = records[place + column.Word];
            if ((records[place] & (1L << column.Number)) != 0)
            {
                batch.SetNull(ordinal, row++);
            }
            else if (column.Kind == ColumnKind.Bool)
            {
                batch.Values(new Column<bool>(ordinal))[row++] = value != 0;
            }
            else
            {
                batch.Values(new Column<long>(ordinal))[row++] = value; // doubles too: their bits
            }
        }
    }

    private void PutTexts(ref WindowTable table, KeyColumn column, ReadOnlySpan<int> places, int row, Batch batch, int ordinal)
    {
        ReadOnlySpan<long> records = table.Records.Items;
        Span<Text> texts = batch.Values(new Column<Text>(ordinal));
        foreach (int place in places)
        {
            ReadOnlySpan<long> record = records.Slice(place, key.Words);
            if (record[column.Word + 1] == TextKey.Null)
            {
                batch.SetNull(ordinal, row++);
            }
            else
            {
                texts[row++] = KeyShape.CopyText(ref table, record, column.Word, batch.Arena);
            }
        }
    }
}
