using System;
using DataStream.Batches;

namespace DataStream.Formats.MessagePack;

/// <summary>Lets a writer of rows write into a batch's text arena. One per decoder.</summary>
internal sealed class ArenaOutput : OutputBuffer
{
    private TextArena _arena = null!;
    private int _start;

    /// <summary>A new text begins at the arena's end.</summary>
    public void Begin(TextArena arena)
    {
        _arena = arena;
        _start = arena.Length;
    }

    /// <summary>What was written since <see cref="Begin"/>: pieces are committed one behind the other.</summary>
    public Text End() => new(~_start, _arena.Length - _start);

    /// <summary>Forgets what was written since <see cref="Begin"/>.</summary>
    public void Drop() => _arena.Reset(_start);

    public override void BeginRow()
    {
    }

    public override void EndRow()
    {
    }

    public override Span<byte> Reserve(int length) => _arena.Reserve(length);

    public override void Commit(int length) => _arena.Commit(length);
}
