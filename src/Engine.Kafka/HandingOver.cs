using System;
using System.Diagnostics;
using DataStream.Kafka.Native;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>
/// Hands what was polled over to the lanes. Where these have no room for long the assigned partitions are paused and polling goes on, so that the group never thinks us dead.
/// Reader thread only.
/// </summary>
/// <param name="member">The group's member.</param>
/// <param name="hand">What was polled.</param>
/// <param name="port">Where it goes.</param>
/// <param name="words">What lanes are told before.</param>
/// <param name="faults">What was polled in place of messages.</param>
/// <param name="keep">What is to be done between messages: commits, watches.</param>
/// <param name="watch">The watches alone.</param>
/// <param name="isInterrupted">Whether the run was asked to stop.</param>
internal sealed class HandingOver(GroupMember member, MessagesInHand hand, MessagePort port, LaneWords words, SourceFaults faults, Action keep, Action watch, Func<bool> isInterrupted)
{
    private const int PollMilliseconds = 20;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500); // of a full pipeline, before polling goes on

    /// <summary>Says when messages may go.</summary>
    public Committing Commits { get; set; } = null!;

    /// <summary>Fills payloads with them.</summary>
    public PayloadFill Fill { get; set; } = null!;

    /// <summary>Hands all over, payload by payload, the partition whose lane is next first.</summary>
    public void HandOver()
    {
        long began = Stopwatch.GetTimestamp(); // of a wait for commits, memory or a registry
        while (TellLanes())
        {
            Commits.Prepare();
            if (!Commits.IsReady)
            {
                if (!WaitAMoment(began))
                {
                    hand.DropAll(); // the next start reads them
                    break;
                }

                continue;
            }

            if (!words.IsEmpty)
            {
                continue; // partitions went while the states of others came back: lanes know before the input's end closes windows
            }

            if (hand.Waiting.Count == 0)
            {
                break;
            }

            PartitionProgress next = hand.Waiting[0];
            foreach (PartitionProgress other in hand.Waiting)
            {
                next = port.DistanceTo(other.Number) < port.DistanceTo(next.Number) ? other : next;
            }

            if (!WaitForRoom(next))
            {
                if ((words.IsEmpty && !next.NeedsState && Commits.IsReady) || IsOver)
                {
                    hand.Drop(next);
                }
            }
            else if (next.FirstInHand is var first and >= 0)
            {
                Fill.Fill(next);
                if (next.FirstInHand == first)
                {
                    // Others have the memory that it needs, which comes back when lanes are done with them; or a registry has not answered what it is.
                    if (!WaitAMoment(began))
                    {
                        hand.DropAll();
                        break;
                    }

                    continue;
                }
            }

            began = Stopwatch.GetTimestamp();
        }

        member.Resume();
    }

    /// <summary>Something else takes its time: nothing is read, and polling goes on for the group's sake; false when the run is over.</summary>
    public bool StayInGroup()
    {
        member.Pause();
        if (TakeOne(0))
        {
            member.PauseAgain(); // a partition that has just come
        }

        watch();
        faults.Throw();
        return !IsOver;
    }

    /// <summary>Amid what may not be cut: commits what is whole before it, and polls for the group's sake where that takes long. Nothing else is committed there; false: it is not wanted any more.</summary>
    /// <param name="began">When the wait began.</param>
    public bool GoOnAmid(long began)
    {
        if (Stopwatch.GetElapsedTime(began) >= s_patience)
        {
            Commits.IsAmid = true;
            _ = StayInGroup(); // a stop ends behind it
            Commits.IsAmid = false;
        }

        return Commits.Advance();
    }

    private bool IsOver => port.IsBroken || isInterrupted();

    /// <summary>Begins a payload of the partition; false when it is no longer ours, or the run is over.</summary>
    private bool WaitForRoom(PartitionProgress partition)
    {
        long began = Stopwatch.GetTimestamp();
        while (!port.TryBegin(partition.Task, partition.TopicId, partition.Number))
        {
            // Partitions may go, and come again, meanwhile: lanes are told before anything goes there.
            if (!WaitAMoment(began) || !partition.IsOwned || partition.FirstInHand < 0 || partition.NeedsState || !words.IsEmpty || !Commits.IsReady)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Tells the lanes of partitions that were given up or go on where they were, before anything else goes there; false when the run is over.</summary>
    private bool TellLanes()
    {
        long began = Stopwatch.GetTimestamp();
        while (!words.TryTell())
        {
            if (!WaitAMoment(began))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The pipeline is full: waits a moment, and polls for the group's sake where it stays so; false when the run is over.</summary>
    private bool WaitAMoment(long began)
    {
        if (IsOver)
        {
            return false;
        }

        if (Stopwatch.GetElapsedTime(began) < s_patience)
        {
            port.WaitBriefly();
            keep();
            return true;
        }

        member.Pause();
        if (TakeOne(PollMilliseconds))
        {
            member.PauseAgain(); // a partition that has just come
        }

        keep();
        faults.Throw();
        return !IsOver;
    }

    private bool TakeOne(int milliseconds)
    {
        MessagePoll poll = member.Poll;
        int index = poll.Count;
        if (!poll.TakeOne(milliseconds))
        {
            return false;
        }

        hand.Put(index);
        return true;
    }
}
