using System;
using System.Linq;
using DataStream.Batches;

namespace DataStream.Stages;

/// <summary>What the modules and the window of one partition keep, copied and put back. Lane thread only.</summary>
internal sealed class ChainStates
{
    private readonly StateWalk _walk = new();
    private readonly IStateful[] _states;
    private readonly StateImage[] _images;

    /// <param name="parts">Whose state it is.</param>
    /// <param name="images">Where copies go.</param>
    public ChainStates(ChainParts parts, StateImage[] images)
    {
        _states = [.. parts.Stateful];
        _images = images;
        if (_states.Length != images.Length)
        {
            throw new ArgumentException($"{images.Length} images of {_states.Length} states", nameof(images));
        }
    }

    /// <summary>Behind a payload: copies them, with the highest event time so far, where it says so.</summary>
    public void Note(in Payload payload, long time)
    {
        for (int i = 0; i < _states.Length && payload.Has(PayloadMarks.Save); i++)
        {
            _walk.Save(_states[i], _images[i]);
            _images[i].Time = time;
        }
    }

    /// <summary>Puts them back, and gives the highest event time; a state without an image begins anew.</summary>
    /// <exception cref="StateException">An image is not of such a state.</exception>
    public long Load(StateImage?[] kept)
    {
        for (int i = 0; i < _states.Length; i++)
        {
            if (kept[i] is { } image)
            {
                _walk.Load(_states[i], image);
            }
        }

        return kept.Max(image => image?.Time ?? long.MinValue);
    }
}
