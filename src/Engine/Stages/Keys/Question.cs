using System;
using System.Linq;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Rings;
using DataStream.Windows;

namespace DataStream.Stages.Keys;

/// <summary>What one lane asks the owners of its payload's keys at one stage, and their answers: the room for it, used again for every payload.</summary>
/// <remarks>
/// The rows stay at home. Of each live row the needed values lie here, grouped by owner, every group on whole words of 64, so that owners
/// write side by side without touching each other's words. Between <see cref="Publish"/> and the last answer the asking lane changes nothing of it, nor of its
/// payload and its text arena, where texts are read in place.
/// </remarks>
internal sealed class Question : IDisposable
{
    private readonly KeyedStage _stage;
    private readonly QuestionColumn[] _columns;
    private readonly QuestionColumn[] _asked;
    private readonly QuestionColumn[] _answered;
    private readonly NativeArray<int> _rows = new(null);   // by place in the order of the input: the row in its batch
    private readonly NativeArray<int> _places = new(null); // and its place among the values
    private readonly NativeArray<long> _times = new(null);
    private readonly NativeArray<long> _earlierMax = new(null);
    private readonly NativeArray<Text> _records = new(null);
    private readonly NativeArray<ulong> _live = new(null);
    private readonly NativeArray<ulong> _dead = new(null);
    private readonly NativeArray<int> _deaths = new(null);
    private readonly NativeArray<int> _arrivals = new(null); // by place: which of the payload's rows
    private readonly ResultStore[] _results;
    private readonly int[] _begins;
    private readonly int[] _counts;
    private readonly bool[] _dropped; // by owner: not all rows came back alive
    private readonly TextArena[] _texts;
    private readonly Progress _published;
    private readonly Progress[] _answers;
    private Payload _payload;
    private int[] _ends = new int[4]; // by batch: where its rows end
    private int _batches;
    private int _count;

    public Question(KeyedStage stage, int lane, int lanes, int partitionSize, WaitStrategy strategy, Action<long> chargeText)
    {
        (_stage, Lane) = (stage, lane);
        int places = KeyedStage.Places(partitionSize, lanes);
        MostRows = 4 * partitionSize;
        _columns = [.. stage.Columns.Select(c => QuestionColumn.Of(stage.Storage[c], c, places))];
        _asked = [.. _columns.Where(c => stage.Asked.Contains(c.Ordinal))];
        _answered = [.. _columns.Where(c => stage.Answered.Contains(c.Ordinal))];
        _rows.Resize(MostRows);
        _places.Resize(MostRows);
        _times.Resize(stage.TakesTimes ? places : 0);
        _earlierMax.Resize(stage.TakesTimes ? places : 0);
        _records.Resize(stage.IsForeign ? places : 0);
        _live.Resize(places / Batch.BlockLength);
        _dead.Resize(places / Batch.BlockLength);
        _deaths.Resize(places);
        _arrivals.Resize(stage.Window is null ? 0 : places);
        _results = stage.Window is null ? [] : [.. Enumerable.Range(0, lanes).Select(_ => new ResultStore(stage.Window, chargeText))];
        (_begins, _counts, _dropped) = (new int[lanes], new int[lanes], new bool[lanes]);
        _texts = [.. Enumerable.Range(0, lanes).Select(_ => new TextArena(chargeText))];
        _published = new Progress(strategy, -1);
        _answers = [.. Enumerable.Range(0, lanes).Select(_ => new Progress(strategy, -1))];
    }

    /// <summary>The lane that asks.</summary>
    public int Lane { get; }

    public int MostRows { get; }

    /// <summary>The asking lane's texts that are not in its payload.</summary>
    public TextArena? Texts { get; private set; }

    /// <summary>How many rows are asked about.</summary>
    public int Count => _count;

    public int CountOf(int owner) => _counts[owner];

    public int BeginOf(int owner) => _begins[owner];

    /// <summary>The texts that an owner's answers brought.</summary>
    public TextArena TextsOf(int owner) => _texts[owner];

    public int OwnerOf(int place)
    {
        int owner = 0;
        while (place >= _begins[owner] + _counts[owner])
        {
            owner++;
        }

        return owner;
    }

    /// <summary>The highest event time that windows close at; <see cref="long.MinValue"/>: none closes behind the rows.</summary>
    public long ClosesUntil { get; set; }

    /// <summary>The rows that an owner's windows gave.</summary>
    public ResultStore ResultsOf(int owner) => _results[owner];

    /// <summary>Which of the payload's rows, in the order of the input, has a place.</summary>
    public int ArrivalOf(int place) => _arrivals[place];

    /// <summary>The asking lane starts a question about a payload.</summary>
    public void Begin(in Payload payload, TextArena texts)
    {
        (_payload, Texts, _count, _batches) = (payload, texts, 0, 0);
        _counts.AsSpan().Clear();
        _dropped.AsSpan().Clear();
    }

    /// <summary>Adds a batch's live rows, each with its key's hash by row.</summary>
    public void Add(ReadOnlySpan<int> rows, ReadOnlySpan<uint> hashes)
    {
        if (_count + rows.Length > MostRows)
        {
            throw new StopException(ExitCode.Limit, $"'{_stage.Name}': a payload has more than the {MostRows} records, four times partition_size, that lanes can ask about");
        }

        if (_batches == _ends.Length)
        {
            Array.Resize(ref _ends, _batches + 1); // a user's format cuts more batches
        }

        Span<int> owners = _places.Items.Slice(_count, rows.Length);
        rows.CopyTo(_rows.Items[_count..]);
        ulong lanes = (ulong)_counts.Length;
        for (int i = 0; i < rows.Length; i++)
        {
            int owner = (int)((hashes[rows[i]] * lanes) >> 32);
            owners[i] = owner;
            _counts[owner]++;
        }

        _count += rows.Length;
        _ends[_batches++] = _count;
    }

    /// <summary>Every row gets its place: owner by owner, in the order of the input.</summary>
    public void Place()
    {
        int begin = 0;
        for (int owner = 0; owner < _counts.Length; owner++)
        {
            _begins[owner] = begin;
            begin += (_counts[owner] + Batch.BlockLength - 1) & -Batch.BlockLength;
            _counts[owner] = 0;
        }

        foreach (ref int place in _places.Items[.._count])
        {
            int owner = place;
            place = _begins[owner] + _counts[owner]++;
        }

        if (_stage.Window is not null)
        {
            ReadOnlySpan<int> places = _places.Items[.._count];
            for (int i = 0; i < places.Length; i++)
            {
                _arrivals[places[i]] = i;
            }
        }

        foreach (QuestionColumn column in _columns)
        {
            column.Begin();
        }
    }

    /// <summary>Takes the values of a batch that was added as this one to their places.</summary>
    public void Gather(Batch batch, int number)
    {
        ReadOnlySpan<int> rows = RowsOf(number);
        ReadOnlySpan<int> places = PlacesOf(number);
        foreach (QuestionColumn column in _asked)
        {
            column.Gather(batch, rows, places);
        }

        if (_stage.TakesTimes)
        {
            Gather(batch.EventTimes, _times.Items, rows, places);
            Gather(batch.EarlierMax, _earlierMax.Items, rows, places);
        }

        if (_stage.IsForeign)
        {
            Gather(batch.Records, _records.Items, rows, places);
        }
    }

    /// <summary>Hands the question over, or says that there is none about this payload.</summary>
    public void Publish(long number, bool asks) => _published.Set((number << 1) | (asks ? 1L : 0));

    /// <summary>Whether the lane has said something about a payload.</summary>
    public bool IsPublished(long number) => _published.Value >> 1 >= number;

    /// <summary>Whether it asks about the payload. A question stays until it is answered; a payload without one may be followed by others.</summary>
    public bool Asks(long number) => _published.Value == ((number << 1) | 1);

    /// <summary>Puts a part of an owner's values into its batch, all rows live.</summary>
    public void Load(Batch batch, int at, int count)
    {
        batch.Attach(in _payload);
        batch.SetCount(count);
        foreach (QuestionColumn column in _asked)
        {
            column.Load(this, batch, at);
        }

        if (_stage.TakesTimes)
        {
            _times.Items.Slice(at, count).CopyTo(batch.EventTimes);
            _earlierMax.Items.Slice(at, count).CopyTo(batch.EarlierMax);
        }

        if (_stage.IsForeign)
        {
            _records.Items.Slice(at, count).CopyTo(batch.Records);
        }
    }

    /// <summary>Takes an owner's answers out of its batch.</summary>
    public void Store(Batch batch, int owner, int at)
    {
        foreach (QuestionColumn column in _answered)
        {
            column.Store(this, owner, batch, at);
        }

        int word = at / Batch.BlockLength;
        batch.Selection.CopyTo(_live.Items[word..]);
        batch.Dead.CopyTo(_dead.Items[word..]);
        int live = batch.CountLive();
        _dropped[owner] |= live < batch.Count;
        if (live < batch.Count)
        {
            KeepDeaths(batch, at);
        }
    }

    /// <summary>The owner is done.</summary>
    public void Answer(int owner, long number) => _answers[owner].Set(number);

    /// <summary>The asking lane waits until all owners are done.</summary>
    public void WaitForAnswers(long number, Meanwhile meanwhile)
    {
        foreach (Progress answer in _answers)
        {
            answer.WaitFor(number, meanwhile);
        }
    }

    /// <summary>Gives the owners' results as one list in order.</summary>
    public void TakeResults(WindowResults results)
    {
        foreach (ResultStore store in _results)
        {
            store.TellFaults(results);
        }

        while (true)
        {
            ResultStore? first = null;
            foreach (ResultStore store in _results)
            {
                if (!store.IsEmpty && (first is null || store.IsBefore(first)))
                {
                    first = store;
                }
            }

            if (first is null)
            {
                results.Pass();
                return;
            }

            first.Take(results);
        }
    }

    /// <summary>Puts the answers into the batch that was added as this one.</summary>
    public void Apply(Batch batch, int number)
    {
        ReadOnlySpan<int> rows = RowsOf(number);
        ReadOnlySpan<int> places = PlacesOf(number);
        foreach (QuestionColumn column in _answered)
        {
            column.Apply(this, batch, rows, places);
        }

        if (!_dropped.AsSpan().Contains(true))
        {
            return;
        }

        ReadOnlySpan<ulong> live = _live.Items;
        ReadOnlySpan<ulong> dead = _dead.Items;
        for (int i = 0; i < rows.Length; i++)
        {
            int place = places[i];
            ulong bit = 1UL << place;
            if ((dead[place >> 6] & bit) != 0)
            {
                batch.Kill(rows[i], DeadReason.FromId(_deaths[place] & (DeadReason.Capacity - 1)), (_deaths[place] / DeadReason.Capacity) - 1);
            }
            else if ((live[place >> 6] & bit) == 0)
            {
                batch.Drop(rows[i]);
            }
        }
    }

    public void Dispose()
    {
        foreach (QuestionColumn column in _columns)
        {
            column.Dispose();
        }

        foreach (TextArena texts in _texts)
        {
            texts.Dispose();
        }

        foreach (ResultStore results in _results)
        {
            results.Dispose();
        }

        foreach (IDisposable array in (IDisposable[])[_arrivals, _rows, _places, _times, _earlierMax, _records, _live, _dead, _deaths])
        {
            array.Dispose();
        }
    }

    private static void Gather<T>(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<int> rows, ReadOnlySpan<int> places)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            to[places[i]] = from[rows[i]];
        }
    }

    private void KeepDeaths(Batch batch, int at)
    {
        for (int word = 0; word < batch.Words; word++)
        {
            for (ulong dead = batch.Dead[word]; dead != 0; dead &= dead - 1)
            {
                int row = (word * Batch.BlockLength) + System.Numerics.BitOperations.TrailingZeroCount(dead);
                (DeadReason reason, _, int column) = batch.DeathOf(row);
                _deaths[at + row] = ((column + 1) * DeadReason.Capacity) + reason.Id;
            }
        }
    }

    private ReadOnlySpan<int> RowsOf(int batch) => Of(_rows, batch);

    private ReadOnlySpan<int> PlacesOf(int batch) => Of(_places, batch);

    private ReadOnlySpan<int> Of(NativeArray<int> all, int batch)
    {
        int begin = batch == 0 ? 0 : _ends[batch - 1];
        return all.Items[begin.._ends[batch]];
    }
}
