using System;
using System.Collections.Generic;
using DataStream.Kafka.Changelogs;
using DataStream.Kafka.Repartition;
using DataStream.Kafka.Transactions;
using DataStream.Sources;

namespace DataStream.Kafka;

/// <summary>How positions become the group's, and what becomes of them when partitions go. Reader thread only.</summary>
internal abstract class Committing : IDisposable
{
    /// <summary>The way of this run: in transactions where outputs or states are in them, else by themselves.</summary>
    /// <exception cref="Flow.StopException">75: transactions cannot begin.</exception>
    public static Committing Of(KafkaInput input, GroupMember member, MessagePort port, PartitionTable partitions, MessagesInHand hand, LaneWords words, Func<bool> meanwhile, Func<bool> isGroupAtRest)
    {
        if (!input.IsExactlyOnce && port.States.Count == 0)
        {
            WordProducer? sender = port.Forwards ? new WordProducer(input, input.Main!.Topic) : null;
            return new AcknowledgedCommits(input.Group, port, partitions, ProgressWords.Of(input, port, partitions, (_, target, word) => sender!.Send(target, word)), sender);
        }

        TransactionLog transactions = input.Transactions;
        (transactions.GivesUp, transactions.Warn) = (() => port.IsBroken, port.Warn);
        transactions.Open();
        var states = new KeptStates(input, port, transactions, meanwhile);
        var open = new OpenTransaction(transactions, member, port, partitions, states, ProgressWords.Of(input, port, partitions, (topic, target, word) => transactions.Send(topic, target, [], word)));
        var rewinding = new Rewinding(member, port, partitions, hand, states, words) { BeginsAtEnds = !input.StartsEarliest };
        var steps = new TransactionSteps(transactions, open, port, new Pace(TimeSpan.FromMicroseconds(input.Config.Stream.CommitInterval)), input.IsExactlyOnce);
        return new TransactedCommits(input.Group, transactions, open, steps, rewinding, port, partitions, states, input.IsExactlyOnce) { Meanwhile = meanwhile, IsGroupAtRest = isGroupAtRest };
    }

    /// <summary>Whether partitions have states that are read before their messages.</summary>
    public virtual bool KeepsState => false;

    /// <summary>Whether messages may be handed over; false: <see cref="Rewind"/>, <see cref="Prepare"/> or <see cref="Keep"/> is next.</summary>
    public virtual bool IsReady => true;

    /// <summary>While changelogs are read: how many of their messages were, of about how many. Any thread.</summary>
    public virtual (long Read, long All) Restored => default;

    /// <summary>Commits what is due; false: <see cref="Rewind"/> is next.</summary>
    public abstract bool Keep();

    /// <summary>Somebody is in the midst of something that may not be cut: nothing more is committed, also of partitions that are given up then.</summary>
    public bool IsAmid { get; set; }

    /// <summary>Commits what is whole and ends nothing, for who is in the midst of something that may not be cut; false: <see cref="Rewind"/> is next, and what is in hand is read again.</summary>
    public virtual bool Advance() => true;

    /// <summary>Before messages are handed over: partitions that have just come get their states. Not from a callback.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Goes back to where the group was committed. Not from a callback.</summary>
    public virtual void Rewind()
    {
    }

    /// <summary>Before the input ends: nobody may wait for a commit behind it; false: <see cref="Rewind"/> is next, unless it is <paramref name="isLast"/>, or what it waits for has not come yet, and it is asked again.</summary>
    public virtual bool LetGo(bool isLast) => true;

    /// <summary>Nothing more is read: the last payloads may still be handed over.</summary>
    /// <param name="isClosed">Windows were closed.</param>
    public virtual void End(bool isClosed)
    {
    }

    /// <summary>Behind closed windows: commits the rest when the outputs have it. Null: not yet; false: reading goes on, for it was refused, or partitions came meanwhile; what is in hand comes again.</summary>
    public virtual bool? TryEnd() => true;

    /// <summary>A partition is no longer ours.</summary>
    public virtual void Forget(PartitionProgress partition)
    {
    }

    /// <summary>Partitions are taken from us: what came from them is committed, or will be read again by who gets them.</summary>
    public abstract void GiveUp(IReadOnlyList<PartitionProgress> given, TimeSpan patience);

    /// <summary>Partitions were taken from us without a word.</summary>
    public virtual void Lose()
    {
    }

    /// <summary>While outputs still work behind the input's end: commits what is due; false when nothing more comes.</summary>
    public abstract bool Settle();

    /// <summary>The last commit.</summary>
    /// <exception cref="Flow.StopException">75: it did not come to pass.</exception>
    public abstract void Finish(Action leave);

    public virtual void Dispose()
    {
    }
}
