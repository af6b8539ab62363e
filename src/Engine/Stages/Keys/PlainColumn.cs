using System;
using DataStream.Batches;

namespace DataStream.Stages.Keys;

/// <summary>Values that say all there is: numbers, times and truths.</summary>
internal sealed class PlainColumn<T> : QuestionColumn where T : unmanaged
{
    private readonly NativeArray<T> _values = new(null);

    public PlainColumn(int ordinal, int places) : base(ordinal, places) => _values.Resize(places);

    public override void Gather(Batch batch, ReadOnlySpan<int> rows, ReadOnlySpan<int> places)
    {
        ReadOnlySpan<T> from = batch.Padded<T>(Ordinal);
        Span<T> to = _values.Items;
        for (int i = 0; i < rows.Length; i++)
        {
            to[places[i]] = from[rows[i]];
        }

        base.Gather(batch, rows, places);
    }

    public override void Load(Question question, Batch batch, int at)
    {
        _values.Items.Slice(at, batch.Count).CopyTo(batch.Padded<T>(Ordinal));
        base.Load(question, batch, at);
    }

    public override void Store(Question question, int owner, Batch batch, int at)
    {
        batch.Padded<T>(Ordinal)[..batch.Count].CopyTo(_values.Items[at..]);
        base.Store(question, owner, batch, at);
    }

    public override void Apply(Question question, Batch batch, ReadOnlySpan<int> rows, ReadOnlySpan<int> places)
    {
        ReadOnlySpan<T> from = _values.Items;
        Span<T> to = batch.Padded<T>(Ordinal);
        for (int i = 0; i < rows.Length; i++)
        {
            to[rows[i]] = from[places[i]];
        }

        base.Apply(question, batch, rows, places);
    }

    public override void Dispose()
    {
        _values.Dispose();
        base.Dispose();
    }
}
