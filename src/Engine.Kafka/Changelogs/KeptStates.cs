using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Kafka.Transactions;
using DataStream.Sources;

namespace DataStream.Kafka.Changelogs;

/// <summary>The states of our partitions in their changelogs: written with each commit, read when a partition comes. Reader thread only.</summary>
/// <param name="input">Whose partitions they are.</param>
/// <param name="port">The way to lanes.</param>
/// <param name="transactions">Where pages are sent.</param>
/// <param name="meanwhile">Called again and again while changelogs are read, so that the group does not think us dead: partitions may come and go there. False: it is not to go on.</param>
internal sealed class KeptStates(KafkaInput input, MessagePort port, TransactionLog transactions, Func<bool> meanwhile)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(500); // for lanes, before the client is polled

    private readonly ChangelogTopics _topics = new(input, port.States);
    private readonly Dictionary<PartitionProgress, PageTable[]> _pages = [];
    private readonly List<(int State, PartitionProgress Partition)> _missing = [];
    private long _read;
    private long _all;

    /// <summary>Whether there is state to keep.</summary>
    public bool IsUsed => port.States.Count > 0;

    /// <summary>While changelogs are read: how many of their messages were, of about how many. Any thread.</summary>
    public (long Read, long All) Restored => (Volatile.Read(ref _read), Volatile.Read(ref _all));

    /// <summary>Hands the lane of a partition the word to copy its state, behind all that was handed over; false while it has no room for that.</summary>
    public bool TryCopy(PartitionProgress partition)
    {
        if (!port.TryBegin(partition.Task, partition.TopicId, partition.Number))
        {
            return false;
        }

        port.Save();
        _ = port.End();
        return true;
    }

    /// <summary>Writes what has changed of a partition's state since the last commit, with the position that it belongs to.</summary>
    public void Write(PartitionProgress partition, long position)
    {
        StateImage[] images = port.Saved(partition.Task);
        PageTable[] tables = Tables(partition);
        byte[] mark = ChangelogKey.OfMark(partition.Topic);
        for (int i = 0; i < images.Length; i++)
        {
            string topic = _topics.Names[i];
            (ulong digest, int directory) = tables[i].Update(images[i], (page, bytes) => transactions.Send(topic, partition.Number, ChangelogKey.OfPage(partition.Topic, page), bytes));
            transactions.Send(topic, partition.Number, mark, new ChangelogMark(position, images[i].Time, digest, directory, port.States[i].Fingerprint).Write());
        }
    }

    /// <summary>The partition is another's, or is read again.</summary>
    public void Forget(PartitionProgress partition) => _pages.Remove(partition);

    /// <summary>Reads the states of partitions, and hands them to their lanes; gives where each goes on. Those that went meanwhile are left out.</summary>
    /// <param name="committed">Where the group is committed; negative: nowhere.</param>
    /// <exception cref="StopException">74: a state is damaged or another's; 75: it cannot be read.</exception>
    public Dictionary<PartitionProgress, long> Load(Dictionary<PartitionProgress, long> committed)
    {
        if (_topics.Ensure(committed.Keys) is var count and > 0)
        {
            transactions.AwaitPartitions(_topics.Names, count);
        }

        Dictionary<PartitionProgress, int> terms = committed.Keys.ToDictionary(p => p, p => p.Term);
        var progress = new RestoreProgress(port.Inform, committed.Count);
        var reader = new ChangelogReader(input, () => !meanwhile())
        {
            Progress = (read, all) =>
            {
                Volatile.Write(ref _all, all);
                Volatile.Write(ref _read, Math.Min(read, all));
                progress.Note(read, all);
            },
        };
        var found = reader.Read([.. committed.Keys.Select(p => p.Number).Distinct().SelectMany(number => _topics.Names.Select(topic => new TopicPartition(topic, number)))]);
        var positions = new Dictionary<PartitionProgress, long>();
        foreach ((PartitionProgress partition, long position) in found is null ? [] : committed.Where(c => c.Key.IsOwned && c.Key.Term == terms[c.Key]))
        {
            if (Load(partition, position, [.. _topics.Names.Select(topic => found!.GetValueOrDefault((topic, partition.Number, partition.Topic)))]) is { } start)
            {
                positions.Add(partition, start);
            }
        }

        TellMissing();
        Volatile.Write(ref _all, 0);
        progress.End(positions.Count);
        return positions;
    }

    /// <summary>Hands a state to its lane; null: the partition went while there was no room for that.</summary>
    private long? Load(PartitionProgress partition, long committed, KeptPages?[] kept)
    {
        PageTable[] tables = Tables(partition);
        var images = new StateImage?[kept.Length];
        long position = committed;
        for (int i = 0; i < kept.Length; i++)
        {
            if (kept[i] is not { Mark: { } bytes } pages)
            {
                if (committed >= 0)
                {
                    _missing.Add((i, partition));
                    partition.IsTouched = true; // the next commit writes that there is none, and the next start knows
                }

                continue;
            }

            tables[i].Know(pages.Pages);
            ChangelogMark mark = ChangelogMark.Read(bytes, out string error) ?? throw Damage(partition, i, error);
            if (committed >= 0 && mark.Offset != committed)
            {
                port.Warn($"the state of '{port.States[i].Name}' that was kept for partition {partition.Number} of '{partition.Topic}' belongs to offset {mark.Offset}, and the group was moved to {committed}: it begins anew");
                partition.IsTouched = true; // as above
                continue;
            }

            if (mark.Fingerprint != port.States[i].Fingerprint)
            {
                throw Damage(partition, i, $"it is of other settings of '{port.States[i].Name}'; give the module another name or the input another group, or delete the topic");
            }

            images[i] = port.NewImage();
            if (!PageTable.TryAssemble(pages.Pages, mark, images[i]!))
            {
                throw Damage(partition, i, "its pages are not those that its mark was written behind");
            }

            position = mark.Offset;
        }

        if (!Begin(partition))
        {
            return null;
        }

        port.Load(partition.Task, images);
        _ = port.End();
        return position;
    }

    /// <summary>Of partitions that were read before without a state: a new module has none yet, but a topic that somebody deleted is a loss.</summary>
    private void TellMissing()
    {
        foreach (IGrouping<int, PartitionProgress> missing in _missing.GroupBy(m => m.State, m => m.Partition))
        {
            string partitions = string.Join(", ", missing.Select(p => $"'{p.Topic}' {p.Number}"));
            port.Warn($"kafka: topic '{_topics.Names[missing.Key]}' has no state of '{port.States[missing.Key].Name}' for partitions that group '{input.StateGroup}' has read before ({partitions}): it begins anew there; the module is new, or the topic was deleted");
        }

        _missing.Clear();
    }

    private StopException Damage(PartitionProgress partition, int state, string what) => new(ExitCode.InputOutput,
        $"kafka: topic '{_topics.Names[state]}': the state of partition {partition.Number} of '{partition.Topic}' cannot go on: {what}");

    private PageTable[] Tables(PartitionProgress partition)
    {
        if (!_pages.TryGetValue(partition, out PageTable[]? tables))
        {
            _pages.Add(partition, tables = [.. port.States.Select(_ => new PageTable())]);
        }

        return tables;
    }

    /// <summary>Begins a payload of the partition; false when it is no longer ours as it was, or the run is over.</summary>
    private bool Begin(PartitionProgress partition)
    {
        long began = Stopwatch.GetTimestamp();
        for (int term = partition.Term; partition.IsOwned && partition.Term == term && !port.IsBroken && !port.IsDrained;)
        {
            if (port.TryBegin(partition.Task, partition.TopicId, partition.Number))
            {
                return true;
            }

            port.WaitBriefly();
            if (Stopwatch.GetElapsedTime(began) > s_patience && !meanwhile())
            {
                return false;
            }
        }

        return false;
    }
}
