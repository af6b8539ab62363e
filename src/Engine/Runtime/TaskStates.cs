using System;
using System.Collections.Concurrent;
using System.Linq;
using DataStream.Batches;

namespace DataStream.Runtime;

/// <summary>Copies of the partitions' states on their way between lanes and the source, by task. The marks of payloads say whose turn it is.</summary>
/// <param name="states">How many states a partition has.</param>
/// <param name="charge">Is told the bytes of the copies.</param>
internal sealed class TaskStates(int states, Action<long> charge) : IDisposable
{
    private readonly ConcurrentDictionary<int, StateImage[]> _saved = new();
    private readonly ConcurrentDictionary<int, StateImage?[]> _kept = new();

    public Action<long> Charge => charge;

    /// <summary>Where a partition's copies go.</summary>
    public StateImage[] Of(int task) => _saved.GetOrAdd(task, static (_, made) => [.. Enumerable.Range(0, made.states).Select(_ => new StateImage(made.charge))], (states, charge));

    /// <summary>The source: what the partition goes on with. The images are the lane's from now on.</summary>
    public void Give(int task, StateImage?[] kept) => _kept[task] = kept;

    /// <summary>The lane: what was given.</summary>
    public StateImage?[] Take(int task) => _kept.TryRemove(task, out StateImage?[]? kept) ? kept : new StateImage?[states];

    /// <summary>The partition was given up.</summary>
    public void Forget(int task)
    {
        if (_saved.TryRemove(task, out StateImage[]? images))
        {
            Array.ForEach(images, image => image.Dispose());
        }
    }

    public void Dispose()
    {
        foreach (int task in _saved.Keys)
        {
            Forget(task);
        }

        foreach (StateImage? image in _kept.Values.SelectMany(kept => kept))
        {
            image?.Dispose();
        }
    }
}
