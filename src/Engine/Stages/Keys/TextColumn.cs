using System;
using DataStream.Batches;

namespace DataStream.Stages.Keys;

/// <summary>Texts: those of the payload stay there, which the owner reads in place; those of an arena are copied to the other side's.</summary>
internal sealed class TextColumn : QuestionColumn
{
    private readonly NativeArray<Text> _values = new(null);
    private bool _hasMade; // a text of the asking lane's arena may be among them

    public TextColumn(int ordinal, int places) : base(ordinal, places) => _values.Resize(places);

    public override void Begin()
    {
        base.Begin();
        _hasMade = false;
    }

    public override void Gather(Batch batch, ReadOnlySpan<int> rows, ReadOnlySpan<int> places)
    {
        ReadOnlySpan<Text> from = batch.Padded<Text>(Ordinal);
        Span<Text> to = _values.Items;
        int signs = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            Text text = from[rows[i]];
            to[places[i]] = text;
            signs |= text.Offset;
        }

        _hasMade |= signs < 0;
        base.Gather(batch, rows, places);
    }

    public override void Load(Question question, Batch batch, int at)
    {
        Span<Text> texts = batch.Padded<Text>(Ordinal);
        _values.Items.Slice(at, batch.Count).CopyTo(texts);
        base.Load(question, batch, at);
        if (!_hasMade)
        {
            return;
        }

        for (int row = 0; row < batch.Count; row++)
        {
            if (texts[row].Offset < 0 && !batch.IsNull(Ordinal, row))
            {
                texts[row] = batch.Arena.Append(question.Texts!.Bytes(texts[row]));
            }
        }
    }

    public override void Store(Question question, int owner, Batch batch, int at)
    {
        ReadOnlySpan<Text> texts = batch.Padded<Text>(Ordinal);
        Span<Text> to = _values.Items.Slice(at, batch.Count);
        for (int row = 0; row < batch.Count; row++)
        {
            to[row] = texts[row].Offset < 0 && !batch.IsNull(Ordinal, row) ? question.TextsOf(owner).Append(batch.Arena.Bytes(texts[row])) : texts[row];
        }

        base.Store(question, owner, batch, at);
    }

    public override void Apply(Question question, Batch batch, ReadOnlySpan<int> rows, ReadOnlySpan<int> places)
    {
        ReadOnlySpan<Text> from = _values.Items;
        Span<Text> to = batch.Padded<Text>(Ordinal);
        for (int i = 0; i < rows.Length; i++)
        {
            Text text = from[places[i]];
            to[rows[i]] = text.Offset < 0 && IsValid(places[i]) ? batch.Arena.Append(question.TextsOf(question.OwnerOf(places[i])).Bytes(text)) : text;
        }

        base.Apply(question, batch, rows, places);
    }

    public override void Dispose()
    {
        _values.Dispose();
        base.Dispose();
    }
}
