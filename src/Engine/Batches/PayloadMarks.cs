using System;

namespace DataStream.Batches;

/// <summary>What a payload says besides its bytes.</summary>
[Flags]
public enum PayloadMarks
{
    None = 0,

    /// <summary>Input: nothing follows; windows close. Output: the last payload of the run.</summary>
    End = 1,

    /// <summary>Output: the next slot of this ring belongs to the same payload.</summary>
    More = 2,

    /// <summary>Input: the input failed behind these bytes (<see cref="Payload.Fault"/>). Output: the run stops behind these bytes.</summary>
    Fault = 4,

    /// <summary>Input, of a partitioned one: the windows of this lane's partitions close.</summary>
    Close = 8,

    /// <summary>Input, of a partitioned one: the state of the payload's partition is given up, with its open windows.</summary>
    Forget = 16,

    /// <summary>Input, of a partitioned one: the partition goes on where windows up to an event time (<see cref="Payload.ToldTime"/>) are closed already.</summary>
    Resume = 32,

    /// <summary>Input, of a partitioned one: the partition is silent, and its event time goes on to that of others (<see cref="Payload.ToldTime"/>).</summary>
    Idle = 64,

    /// <summary>Input, of a partitioned one: the partition's state is copied, as it is behind all its payloads before.</summary>
    Save = 128,

    /// <summary>Input, of a partitioned one: the partition goes on with a state that was kept.</summary>
    Load = 256,
}
