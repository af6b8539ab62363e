using System;
using System.Numerics;
using DataStream.Batches;
using DataStream.Flow;

namespace DataStream.Stages;

/// <summary>Which rows of a batch left the chain where: one mask per bucket, counted once the batch is done, so that a failing row can cut off what follows it.</summary>
public sealed class RowFates(int capacity)
{
    private static readonly Bucket[] s_kept = [Bucket.Filtered, Bucket.Deduplicated, Bucket.Late];

    private readonly ulong[] _before = new ulong[capacity / 64];
    private readonly ulong[][] _masks = [new ulong[capacity / 64], new ulong[capacity / 64], new ulong[capacity / 64]];

    /// <summary>The rows that were late for all their windows.</summary>
    public Span<ulong> Late(Batch batch) => _masks[2].AsSpan(0, batch.Words);

    public void Begin(Batch batch)
    {
        int words = batch.Words;
        foreach (ulong[] mask in _masks)
        {
            foreach (ref ulong word in mask.AsSpan(0, words))
            {
                word = 0; // a few words: a call would cost more
            }
        }
    }

    /// <summary>Remembers the selection before a module works.</summary>
    public void Note(Batch batch)
    {
        ReadOnlySpan<ulong> selection = batch.Selection;
        Span<ulong> before = _before.AsSpan(0, selection.Length);
        for (int word = 0; word < before.Length; word++)
        {
            before[word] = selection[word]; // as above
        }
    }

    /// <summary>What the module dropped, rather than killed, goes to its bucket.</summary>
    public void Take(Batch batch, Bucket bucket)
    {
        Span<ulong> mask = _masks[bucket == Bucket.Filtered ? 0 : Array.IndexOf(s_kept, bucket)];
        ReadOnlySpan<ulong> selection = batch.Selection;
        ReadOnlySpan<ulong> dead = batch.Dead;
        ReadOnlySpan<ulong> before = _before;
        for (int word = 0; word < selection.Length; word++)
        {
            mask[word] |= before[word] & ~selection[word] & ~dead[word];
        }
    }

    /// <summary>Adds the rows that are still in the batch to the counts.</summary>
    public void Count(Batch batch, Span<long> counts)
    {
        for (int i = 0; i < s_kept.Length; i++)
        {
            ReadOnlySpan<ulong> mask = _masks[i].AsSpan(0, batch.Words);
            long count = 0;
            for (int word = 0; word < mask.Length; word++)
            {
                int rows = batch.Count - (word * 64);
                count += BitOperations.PopCount(mask[word] & (rows >= 64 ? ulong.MaxValue : (1UL << rows) - 1));
            }

            counts[CountsLayout.Of(s_kept[i])] += count;
        }
    }
}
