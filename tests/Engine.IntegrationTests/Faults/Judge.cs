using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Threading;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;

namespace DataStream.IntegrationTests.Faults;

/// <summary>An independent reader of the output: how often each id has come out, by <c>read_committed</c>. It knows nothing of the engine.</summary>
public sealed class Judge : IDisposable
{
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly HashSet<int> _atEnd = [];
    private readonly int _partitions;
    private int[] _seen = new int[1024];

    public Judge(string bootstrap, string topic, int partitions)
    {
        _partitions = partitions;
        _consumer = Clients.Consumer(new ConsumerConfig
        {
            BootstrapServers = bootstrap,
            GroupId = "judge",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            IsolationLevel = IsolationLevel.ReadCommitted,
            ReconnectBackoffMaxMs = 500,
        });
        _consumer.Assign(Enumerable.Range(0, partitions).Select(p => new TopicPartitionOffset(topic, p, Offset.Beginning)));
    }

    /// <summary>How many different ids have come out.</summary>
    public long Distinct { get; private set; }

    /// <summary>How many came out once more than they should.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Reads until so many different ids are there; false where for so long none came that was new.</summary>
    public bool WaitFor(long distinct, TimeSpan patience, CancellationToken stop)
    {
        long last = Environment.TickCount64;
        while (Distinct < distinct)
        {
            long before = Distinct;
            Take(TimeSpan.FromMilliseconds(200), stop);
            long now = Environment.TickCount64;
            last = Distinct > before ? now : last;
            if (now - last > patience.TotalMilliseconds)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads to the end of every partition; of a new judge, since an end is told once.</summary>
    public void ReadToEnd(CancellationToken stop)
    {
        while (_atEnd.Count < _partitions)
        {
            Take(TimeSpan.FromSeconds(1), stop);
        }
    }

    /// <summary>The first ids of so many that never came out.</summary>
    public IEnumerable<long> Lost(long ids) => Enumerable.Range(0, (int)ids).Where(id => id >= _seen.Length || _seen[id] == 0).Select(id => (long)id);

    public void Dispose() => _consumer.Dispose();

    private void Take(TimeSpan wait, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        ConsumeResult<byte[]?, byte[]?>? result = _consumer.Consume(wait);
        if (result is null)
        {
            return;
        }

        if (result.IsPartitionEOF)
        {
            _atEnd.Add(result.Partition);
            return;
        }

        _atEnd.Remove(result.Partition);
        CountAll(result.Message.Value);
    }

    private void Count(long id)
    {
        if (id >= _seen.Length)
        {
            Array.Resize(ref _seen, (int)Math.Max(id + 1, 2L * _seen.Length));
        }

        if (_seen[id]++ == 0)
        {
            Distinct++;
        }
        else
        {
            Duplicates++;
        }
    }

    /// <summary>A row has an id, or the first and the last of several ids: of two in all.</summary>
    private void CountAll(ReadOnlySpan<byte> row)
    {
        (long id, long last, long count) = (-1, -1, 1);
        var reader = new Utf8JsonReader(row);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && (reader.ValueTextEquals("id"u8) || reader.ValueTextEquals("last"u8) || reader.ValueTextEquals("n"u8)))
            {
                int which = reader.ValueSpan.Length;
                reader.Read();
                (id, last, count) = which switch
                {
                    1 => (id, last, reader.GetInt64()),
                    2 => (reader.GetInt64(), last, count),
                    _ => (id, reader.GetInt64(), count),
                };
            }
        }

        if (id < 0)
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"a row of {row.Length} bytes without an id"));
        }

        Count(id);
        if (count == 2)
        {
            Count(last);
        }
    }
}
