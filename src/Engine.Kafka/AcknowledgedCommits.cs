using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using DataStream.Kafka.Native;
using DataStream.Kafka.Repartition;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>At least once: positions are committed when every output has acknowledged what came before them.</summary>
/// <param name="group">The group's name.</param>
/// <param name="port">Where messages were handed over.</param>
/// <param name="partitions">Whose they are.</param>
/// <param name="progress">What is said of them behind what was sent on; null: nothing.</param>
/// <param name="sender">Sends that.</param>
internal sealed class AcknowledgedCommits(string group, MessagePort port, PartitionTable partitions, ProgressWords? progress, WordProducer? sender) : Committing
{
    private bool _hasEnded;

    public override bool Keep()
    {
        partitions.CommitWhenDue();
        if (progress is { IsDue: true })
        {
            progress.Say();
        }

        sender?.Look();
        return true;
    }

    public override void GiveUp(IReadOnlyList<PartitionProgress> given, TimeSpan patience)
    {
        long began = Stopwatch.GetTimestamp();
        while (!port.IsBroken && Stopwatch.GetElapsedTime(began) < patience && given.Any(p => p.HasUnacknowledged))
        {
            port.WaitBriefly();
            long acknowledged = port.Acknowledged;
            foreach (PartitionProgress partition in given)
            {
                partition.Acknowledge(acknowledged);
            }
        }

        _ = partitions.Commit(given);
        progress?.Say();
    }

    public override void End(bool isClosed) => _hasEnded = true;

    public override void Lose()
    {
        if (_hasEnded)
        {
            WarnOfTheLast("the group has taken partitions away before it");
        }
    }

    // What windows emitted when they closed at the end counts too.
    public override bool Settle()
    {
        partitions.CommitWhenDue();
        return port.Acknowledged < port.Next && !port.IsDrained;
    }

    public override void Finish(Action leave)
    {
        int error = partitions.Commit([.. partitions.All.Where(p => p.IsOwned)]);
        if (error != 0 && !port.IsBroken)
        {
            WarnOfTheLast(RdKafka.TextOf(error));
        }

        _hasEnded = error != 0; // what is taken away while we leave has been committed

        progress?.Say(all: true);
        sender?.Flush(() => port.IsBroken);
        leave();
    }

    public override void Dispose()
    {
        sender?.Dispose();
        base.Dispose();
    }

    private void WarnOfTheLast(string why) => port.Warn($"kafka: the last commit of group '{group}' did not come through ({why}): what came since the one before it is read again by who has the partitions now");
}
