using System.Collections.Generic;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>What lanes must be told of partitions before anything else goes there: given up, gone on where windows were closed before, silent. Reader thread only.</summary>
internal sealed class LaneWords(MessagePort port)
{
    private readonly Queue<(PartitionProgress Partition, Word Word, long Time)> _untold = new();

    private enum Word
    {
        Forget,
        Resume,
        GoOn,
    }

    public bool IsEmpty => _untold.Count == 0;

    /// <summary>The partition was given up: its state goes.</summary>
    public void Forget(PartitionProgress partition) => _untold.Enqueue((partition, Word.Forget, 0));

    /// <summary>The partition goes on where its windows up to this event time are closed.</summary>
    public void Resume(PartitionProgress partition, long time) => _untold.Enqueue((partition, Word.Resume, time));

    /// <summary>The partition is silent and takes this event time.</summary>
    public void GoOn(PartitionProgress partition, long time) => _untold.Enqueue((partition, Word.GoOn, time));

    /// <summary>Tells what there is room for; false: something is left.</summary>
    public bool TryTell()
    {
        while (_untold.TryPeek(out (PartitionProgress Partition, Word Word, long Time) next))
        {
            if (!port.TryBegin(next.Partition.Task, next.Partition.TopicId, next.Partition.Number))
            {
                return false;
            }

            switch (next.Word)
            {
                case Word.Resume:
                    port.Resume(next.Time);
                    break;
                case Word.GoOn:
                    port.GoOn(next.Time);
                    next.Partition.IsTouched = true;
                    break;
                default:
                    port.Forget();
                    break;
            }

            _ = port.End();
            _untold.Dequeue();
        }

        return true;
    }
}
