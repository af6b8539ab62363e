using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;

namespace DataStream.IntegrationTests.Faults;

/// <summary>
/// Rounds of kill -9 of the engine, of a broker, and of a second engine that comes and goes, each while messages are on their way; then ids in are compared with
/// ids out by an independent consumer.
/// </summary>
public sealed class FaultRun(KafkaHome home, FaultPlan plan) : IAsyncDisposable
{
    private const string In = "ids";
    private const string Out = "ids-out";
    private const string Group = "faults";
    private const int Partitions = 4;
    private const int Keys = 97;

    // Without one new id for so long a run is judged as it stands: far from any broker's restart or session.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly Random _random = new(plan.Seed);
    private readonly Scratch _scratch = new();
    private readonly SortedDictionary<string, int> _faults = new(StringComparer.Ordinal);
    private KafkaNodes? _nodes;
    private SupervisedEngine? _engine;
    private SupervisedEngine? _second;
    private long _sent;
    private string _ends = ""; // of the second engine, those that are not good

    /// <summary>The verdict, in one line, and whether it is good.</summary>
    public async Task<(bool IsGood, string Verdict)> ExecuteAsync(CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        _nodes = await KafkaNodes.StartAsync(home, plan.Nodes);
        string bootstrap = _nodes.Bootstrap(BrokerListener.Plaintext);
        using (IAdminClient admin = Clients.Admin(new AdminClientConfig { BootstrapServers = bootstrap }))
        {
            await admin.CreateTopicsAsync([Topic(In), Topic(Out)]);
        }

        _scratch.Write("pipeline.yaml", Pipeline(bootstrap));
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = bootstrap, EnableIdempotence = true, LingerMs = 5, MessageTimeoutMs = 300_000 });
        using var judge = new Judge(bootstrap, Out, Partitions);
        _engine = new SupervisedEngine(_scratch.Folder);
        _second = new SupervisedEngine(_scratch.Folder);
        _engine.Start();
        bool isWhole = true;
        for (int round = 0; round < plan.Rounds && isWhole; round++)
        {
            int half = plan.IdsOfARound / 2;
            long before = _sent;
            Task first = SendAsync(producer, half);
            // The fault falls where a part of the round is out, a part is on its way and a part is still being sent.
            isWhole = judge.WaitFor(before + _random.Next(1, half) - Kept, s_patience, stop);
            Task rest = plan.Planted == "none" ? SendAsync(producer, plan.IdsOfARound - half) : Task.CompletedTask;
            await FaultAsync(producer, stop);
            await Task.WhenAll(first, rest);
            if (plan.Repeats)
            {
                await SendAsync(producer, before, _sent - before); // whether these were seen is what the state knows
            }

            isWhole &= judge.WaitFor(_sent - Kept, s_patience, stop);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"FAULTS: round {round + 1} of {plan.Rounds} at {clock.Elapsed.TotalSeconds:F0} s: {judge.Distinct} of {_sent} ids, {judge.Duplicates} twice"));
        }

        int code = _engine.Stop(TimeSpan.FromSeconds(60));
        if (plan.HasState && code is 0 or 143)
        {
            _scratch.Write("end.yaml", Pipeline(bootstrap, ", until: end"));
            code = Command.Run(_scratch.Folder, "run", "end.yaml").Code; // closes what is open
        }

        using var verdict = new Judge(bootstrap, Out, Partitions);
        verdict.ReadToEnd(stop);
        long[] lost = [.. verdict.Lost(_sent)];
        // 143: the signal came before the engine that was started last listened to it.
        bool isGood = lost.Length == 0 && code is 0 or 143 && _ends.Length == 0 && _engine.Ended + _second.Ended == 0 && (plan.Delivery != "exactly_once" || verdict.Duplicates == 0);
        string faults = string.Join(", ", _faults.Select(fault => string.Create(CultureInfo.InvariantCulture, $"{fault.Value} × {fault.Key}")));
        string ends = _engine.Ended + _second.Ended == 0 ? _ends : _ends + string.Create(CultureInfo.InvariantCulture, $"; the engine ended by itself {_engine.Ended + _second.Ended} times, last: {_engine.LastWords.Trim()} {_second.LastWords.Trim()}");
        return (isGood, string.Create(CultureInfo.InvariantCulture,
            $"{plan.Delivery}{(plan.HasState ? ", " + plan.State : "")}, seed {plan.Seed}, {plan.Nodes} broker(s), {clock.Elapsed.TotalSeconds:F0} s: {faults}; {_sent} ids in, {verdict.Distinct} out, {lost.Length} lost{(lost.Length > 0 ? $" ({string.Join(", ", lost.Take(5))}…)" : "")}, {verdict.Duplicates} duplicated; exit code {code}{ends}"));
    }

    public async ValueTask DisposeAsync()
    {
        _engine?.Dispose();
        _second?.Dispose();
        if (_nodes is not null)
        {
            await _nodes.DisposeAsync();
        }

        _scratch.Dispose();
    }

    private static TopicSpecification Topic(string name) => new() { Name = name, NumPartitions = Partitions, ReplicationFactor = -1 };

    /// <summary>Ids that may be in the state and not come out yet.</summary>
    private int Kept => plan.HasState && !plan.Repeats ? Keys : 0;

    private string Modules => plan.State switch
    {
        "window" => Pairs("_key"),
        "repartition" => Pairs("name"),
        "deduplicate" => "{module_name: once, module_class: deduplicate, key: [_key], within: 1h}",
        _ => "{module_name: doubled, module_class: map, set: {twice: \"id * 2\"}}",
    };

    private static string Pairs(string key) => $"{{module_name: pairs, module_class: window, count: 2, key: [{key}], aggregates: {{n: count(), id: first(id), last: last(id)}}}}";

    private string Pipeline(string bootstrap, string more = "") => $$$"""
        stream_settings:
          stream_input: {uri: "kafka://{{{bootstrap}}}/{{{In}}}", group: {{{Group}}}, offset: earliest, options: {session.timeout.ms: 6000}{{{(plan.State == "repartition" ? ", partitioned_by: repartition" : "")}}}{{{more}}}}
          stream_output: "kafka://{{{bootstrap}}}/{{{Out}}}"
          input_format: json
          output_format: json
          schema: {id: int64, name: text, at: timestamp}
          {{{(plan.Repeats ? "event_time: {field: at}" : "")}}}
          delivery: {{{plan.Delivery}}}
        modules:
          - {{{Modules}}}
        error_handling: {retry: {max_attempts: 100, backoff: 100ms, max_backoff: 1s}}
        performance_tuning: {threads: 2, cpu_affinity: none, payload_size: 64KiB}
        """;

    private Task SendAsync(IProducer<byte[]?, byte[]?> producer, int count)
    {
        long from = _sent;
        _sent += count;
        return SendAsync(producer, from, count);
    }

    private async Task SendAsync(IProducer<byte[]?, byte[]?> producer, long from, long count)
    {
        var acknowledged = new List<Task>((int)count);
        for (long id = from; id < from + count; id++)
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{id},\"name\":\"name-{id % Keys}\",\"at\":{1_700_000_000 + (id / 100)}}}");
            acknowledged.Add(producer.ProduceAsync(In, new Message<byte[]?, byte[]?> { Key = BitConverter.GetBytes(plan.State == "window" ? id % Keys : id), Value = Encoding.UTF8.GetBytes(text) }));
        }

        await Task.WhenAll(acknowledged);
    }

    private async Task FaultAsync(IProducer<byte[]?, byte[]?> producer, CancellationToken stop)
    {
        int drawn = _random.Next(10);
        string name = drawn < 5 || plan.Planted != "none" ? "kill -9 of the engine" : drawn < 8 ? "rebalance" : "kill -9 of a broker";
        _faults[name] = _faults.GetValueOrDefault(name) + 1;
        switch (name)
        {
            case "kill -9 of the engine":
                _engine!.Kill();
                await PlantAsync(producer);
                _engine.Start();
                break;
            case "rebalance":
                await JoinAsync(_second!, stop);
                // The first goes while the second comes: partitions move twice.
                if (_random.Next(2) == 0)
                {
                    _engine!.Kill();
                    _engine.Start();
                }

                if (_second!.Stop(TimeSpan.FromSeconds(120)) is not (0 or 143) and var code)
                {
                    _ends += string.Create(CultureInfo.InvariantCulture, $"; the second engine was stopped and ended with {code}: {_second.LastWords.Trim()}");
                }

                break;
            default:
                int broker = _random.Next(plan.Nodes);
                await _nodes!.KillAsync(broker);
                await _nodes.UpAsync(broker);
                break;
        }
    }

    /// <summary>Starts an engine and waits until the group has it, and partitions are given out anew.</summary>
    private async Task JoinAsync(SupervisedEngine engine, CancellationToken stop)
    {
        using IAdminClient admin = Clients.Admin(new AdminClientConfig { BootstrapServers = _nodes!.Bootstrap(BrokerListener.Plaintext) });
        async Task<ConsumerGroupDescription> AskAsync() => (await admin.DescribeConsumerGroupsAsync([Group])).ConsumerGroupDescriptions.Single();
        HashSet<string> known = [.. (await AskAsync()).Members.Select(m => m.ConsumerId)];
        engine.Start();
        ConsumerGroupDescription group;
        do
        {
            stop.ThrowIfCancellationRequested();
            group = await AskAsync();
        }
        while (group.State != ConsumerGroupState.Stable || group.Members.All(m => known.Contains(m.ConsumerId)));
    }

    /// <summary>What an engine with a bug would leave behind: offsets that say what is not so.</summary>
    private async Task PlantAsync(IProducer<byte[]?, byte[]?> producer)
    {
        if (plan.Planted == "none")
        {
            return;
        }

        // Over what nobody has read, or back to the beginning before more comes.
        bool skips = plan.Planted == "skip";
        await SendAsync(producer, skips ? plan.IdsOfARound / 2 : 0);
        string bootstrap = _nodes!.Bootstrap(BrokerListener.Plaintext);
        using IAdminClient admin = Clients.Admin(new AdminClientConfig { BootstrapServers = bootstrap });
        using IConsumer<byte[]?, byte[]?> ends = Clients.Consumer(new ConsumerConfig { BootstrapServers = bootstrap, GroupId = "ends" });
        List<TopicPartitionOffset> moved = [.. Enumerable.Range(0, Partitions).Select(p => new TopicPartition(In, p)).Select(p =>
        {
            long end = ends.QueryWatermarkOffsets(p, TimeSpan.FromSeconds(60)).High.Value;
            return new TopicPartitionOffset(p, skips ? end : 0);
        })];
        for (int tries = 0; ; tries++)
        {
            try
            {
                await admin.AlterConsumerGroupOffsetsAsync([new(Group, moved)]);
                break;
            }
            catch (KafkaException) when (tries < 100_000)
            {
                // The group still waits for its member; each try is a question to the broker.
            }
        }

        await SendAsync(producer, skips ? 0 : plan.IdsOfARound / 2);
    }
}
