using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.Flow;

namespace DataStream.Kafka.Repartition;

/// <summary>Deletes what the second half has committed from the topic between, now and then. Where that fails it is said once: the topic grows. Reader thread only.</summary>
internal sealed class Purge(KafkaInput input, PartitionTable partitions, Action<string> warn) : IDisposable
{
    /// <summary>From one deletion to the next.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_answer = TimeSpan.FromSeconds(5);

    private IAdminClient? _admin;
    private Task? _deletion;
    private readonly Pace _pace = new(Interval);
    private bool _isTold;

    /// <summary>Does what is due; does not wait for the answer.</summary>
    public void Look()
    {
        if (_pace.IsDue && _deletion is not { IsCompleted: false })
        {
            _pace.Restart();
            Delete();
        }
    }

    /// <summary>The last time, behind the last commit.</summary>
    public void End()
    {
        Delete();
        try
        {
            _deletion?.Wait(s_answer);
        }
        catch (AggregateException)
        {
            // The next start does it.
        }
    }

    public void Dispose() => _admin?.Dispose();

    private void Delete()
    {
        if (_deletion is { IsFaulted: true, Exception.InnerException: { } why })
        {
            Tell($"{why.Message}; its ACL must allow to delete from the topic");
        }

        List<TopicPartitionOffset> done = [.. partitions.All.Where(p => p is { IsOwned: true, Settled: > 0 }).Select(p => new TopicPartitionOffset(p.Topic, p.Number, p.Settled))];
        if (done.Count == 0)
        {
            return;
        }

        try
        {
            _admin ??= KafkaFaults.Build(new AdminClientBuilder(Topics.AdminSettings(input.Settings())).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build);
            _deletion = _admin.DeleteRecordsAsync(done);
        }
        catch (StopException refused)
        {
            Tell(refused.Message); // a client of these settings reads the topic
        }
    }

    private void Tell(string why)
    {
        if (!_isTold)
        {
            _isTold = true;
            warn($"kafka: topic '{input.Address.Topics[0]}': what was worked on cannot be deleted as {input.Principal}, and the topic grows: {why}");
        }
    }
}
