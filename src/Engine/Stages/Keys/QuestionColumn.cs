using System;
using DataStream.Batches;

namespace DataStream.Stages.Keys;

/// <summary>A column of a question: the values of all rows that are asked about, those of one owner side by side.</summary>
/// <remarks>Between <see cref="Gather"/> and <see cref="Apply"/>, which are the asking lane's, each owner reads and writes its own places alone: whole words of 64.</remarks>
internal abstract class QuestionColumn : IDisposable
{
    private readonly NativeArray<ulong> _validity = new(null);

    protected QuestionColumn(int ordinal, int places)
    {
        Ordinal = ordinal;
        _validity.Resize((places + Batch.BlockLength - 1) / Batch.BlockLength);
    }

    public int Ordinal { get; }

    public static QuestionColumn Of(ColumnType type, int ordinal, int places) => type.Kind switch
    {
        ColumnKind.Text => new TextColumn(ordinal, places),
        ColumnKind.Bool => new PlainColumn<byte>(ordinal, places),
        _ => new PlainColumn<long>(ordinal, places),
    };

    public virtual void Begin() => _validity.Items.Fill(ulong.MaxValue);

    /// <summary>Takes the values of a batch's rows to their places.</summary>
    public virtual void Gather(Batch batch, ReadOnlySpan<int> rows, ReadOnlySpan<int> places)
    {
        ReadOnlySpan<ulong> validity = batch.Validity(Ordinal);
        if (validity.IndexOfAnyExcept(ulong.MaxValue) < 0)
        {
            return;
        }

        Span<ulong> valid = _validity.Items;
        for (int i = 0; i < rows.Length; i++)
        {
            ulong isNull = (~validity[rows[i] >> 6] >> rows[i]) & 1;
            valid[places[i] >> 6] &= ~(isNull << places[i]);
        }
    }

    /// <summary>Puts an owner's values into its batch: the places from <paramref name="at"/> on, a multiple of 64.</summary>
    public virtual void Load(Question question, Batch batch, int at) => _validity.Items.Slice(at / Batch.BlockLength, batch.Words).CopyTo(batch.Validity(Ordinal));

    /// <summary>Takes an owner's answers out of its batch.</summary>
    public virtual void Store(Question question, int owner, Batch batch, int at)
    {
        Span<ulong> valid = _validity.Items.Slice(at / Batch.BlockLength, batch.Words);
        batch.Validity(Ordinal).CopyTo(valid);
        if (batch.Count % Batch.BlockLength != 0)
        {
            valid[^1] |= ulong.MaxValue << batch.Count; // what lies behind the last row is no null
        }
    }

    /// <summary>Puts the answers into the rows they are about.</summary>
    public virtual void Apply(Question question, Batch batch, ReadOnlySpan<int> rows, ReadOnlySpan<int> places)
    {
        Span<ulong> validity = batch.Validity(Ordinal);
        ReadOnlySpan<ulong> valid = _validity.Items;
        if (valid.IndexOfAnyExcept(ulong.MaxValue) < 0)
        {
            foreach (int row in rows)
            {
                validity[row >> 6] |= 1UL << row;
            }

            return;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            ulong bit = 1UL << rows[i];
            ref ulong word = ref validity[rows[i] >> 6];
            word = IsValid(places[i]) ? word | bit : word & ~bit;
        }
    }

    public virtual void Dispose() => _validity.Dispose();

    protected bool IsValid(int place) => (_validity[place >> 6] & (1UL << place)) != 0;
}
