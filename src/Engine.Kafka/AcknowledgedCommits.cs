using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>At least once: positions are committed when every output has acknowledged what came before them.</summary>
internal sealed class AcknowledgedCommits(MessagePort port, PartitionTable partitions) : Committing
{
    public override bool Keep()
    {
        partitions.CommitWhenDue();
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

        partitions.Commit(given);
    }

    // What windows emitted when they closed at the end counts too.
    public override bool Settle()
    {
        partitions.CommitWhenDue();
        return port.Acknowledged < port.Next && !port.IsDrained;
    }

    public override void Finish(Action leave)
    {
        partitions.Commit(partitions.All.Where(p => p.IsOwned));
        leave();
    }
}
