using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Faults;

/// <summary>SIGTERM while partitions move: the process that goes ends with 0, and what it could not commit is the next one's.</summary>
public sealed class StopTests(Broker broker)
{
    private const int Partitions = 4;
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);

    [Theory]
    [InlineData("exactly_once", false)]
    [InlineData("at_least_once", true)]
    public Task A_process_that_is_asked_to_go_while_another_comes_ends_with_0(string delivery, bool hasState) => RunAsync(delivery, hasState, 3, 1);

    [Theory(Explicit = true)]
    [InlineData("exactly_once", false)]
    [InlineData("exactly_once", true)]
    [InlineData("at_least_once", false)]
    [InlineData("at_least_once", true)]
    public Task Many_times(string delivery, bool hasState) => RunAsync(delivery, hasState, 40, Random.Shared.Next());

    /// <summary>It stood still for longer than its session: the group gave its partitions away, and refuses its last commit.</summary>
    [Theory]
    [InlineData("exactly_once", false)]
    [InlineData("exactly_once", true)]
    [InlineData("at_least_once", false)]
    [InlineData("at_least_once", true)]
    public async Task A_process_that_the_group_has_forgotten_ends_with_0_and_its_successor_goes_on(string delivery, bool hasState)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("forgotten", partitions: Partitions);
        string output = await broker.CreateTopicAsync("forgotten-out", partitions: Partitions);
        using var scratch = new Scratch();
        // The next commit is a second away when the process is held up.
        scratch.Write("pipeline.yaml", Settings(input, output, delivery, hasState).Replace("commit_interval: 20ms", "commit_interval: 2s", StringComparison.Ordinal).Replace("6000", "3000", StringComparison.Ordinal));
        using var done = new CancellationTokenSource();
        Task<long> sending = Task.Run(() => SendAsync(input, done.Token));
        using var judge = new Judge(broker.Bootstrap, output, Partitions);
        using var engine = new SupervisedEngine(scratch.Folder);
        engine.Start();
        Assert.True(judge.WaitFor(1, s_limit, TestContext.Current.CancellationToken));
        engine.Signal("-STOP");
        using (IAdminClient admin = broker.Admin())
        {
            await admin.WaitForAsync("g-" + input, group => group.Members.Count == 0, TestContext.Current.CancellationToken);
        }

        int code = engine.Stop(s_limit, isHeldUp: true);
        Assert.True(code == 0, $"{code}: {engine.LastWords}");
        await done.CancelAsync();
        long sent = await sending;
        using var next = new SupervisedEngine(scratch.Folder);
        next.Start();
        Assert.True(judge.WaitFor(sent, s_limit, TestContext.Current.CancellationToken), $"{judge.Distinct} of {sent}");
        Assert.True(delivery != "exactly_once" || judge.Duplicates == 0, $"{judge.Duplicates} twice");
    }

    /// <summary>Another process has come, and takes the partitions of one that stands still and is asked to go: while the group waits for that one, or when it has forgotten it and refuses its last commit.</summary>
    [Theory(Timeout = 240_000)]
    [InlineData("exactly_once", false, false)]
    [InlineData("exactly_once", true, false)]
    [InlineData("exactly_once", false, true)]
    [InlineData("exactly_once", true, true)]
    [InlineData("at_least_once", true, true)]
    public async Task A_process_that_goes_amid_a_rebalance_leaves_the_rest_to_the_other(string delivery, bool hasState, bool isForgotten)
    {
        broker.NeedsReal("transactions");
        CancellationToken stop = TestContext.Current.CancellationToken;
        string input = await broker.CreateTopicAsync("amid", partitions: Partitions);
        string output = await broker.CreateTopicAsync("amid-out", partitions: Partitions);
        using var scratch = new Scratch();
        // The next commit is seconds away when the process is held up, and no time is out before it goes on.
        scratch.Write("pipeline.yaml", Settings(input, output, delivery, hasState).Replace("commit_interval: 20ms", "commit_interval: 2s", StringComparison.Ordinal).Replace("6000", "300000", StringComparison.Ordinal)
            .Replace($"stream_output: \"kafka://{broker.Bootstrap}/{output}\"", $"stream_output: {{main: {{uri: \"kafka://{broker.Bootstrap}/{output}\"{(delivery == "exactly_once" ? ", options: {transaction.timeout.ms: 60000}" : "")}}} }}", StringComparison.Ordinal));
        using var done = new CancellationTokenSource();
        Task<long> sending = Task.Run(() => SendAsync(input, done.Token), stop);
        using var judge = new Judge(broker.Bootstrap, output, Partitions);
        using IAdminClient admin = broker.Admin();
        using var engine = new SupervisedEngine(scratch.Folder);
        using var next = new SupervisedEngine(scratch.Folder);
        engine.Start();
        Assert.True(judge.WaitFor(1, s_limit, stop));
        string member = "";
        await admin.WaitForAsync("g-" + input, group => (member = group.Members.Count == 1 ? group.Members.Single().ConsumerId : "").Length > 0, stop);
        engine.Signal("-STOP");
        next.Start();
        await admin.WaitForAsync("g-" + input, group => group.State == ConsumerGroupState.PreparingRebalance, stop); // for the one that stands still
        if (isForgotten)
        {
            await broker.KickAsync("g-" + input, member);
            await admin.WaitForAsync("g-" + input, group => group.State == ConsumerGroupState.Stable && group.Members.Sum(m => m.Assignment.TopicPartitions.Count) == Partitions, stop);
        }

        int code = engine.Stop(s_limit, isHeldUp: true);
        Assert.True(code == 0, $"{code}: {engine.LastWords}");
        await done.CancelAsync();
        long sent = await sending;
        Assert.True(judge.WaitFor(sent, s_limit, stop), $"{judge.Distinct} of {sent}");
        code = next.Stop(s_limit);
        Assert.True(code == 0 && next.Ended == 0, $"{code}: {next.LastWords}");
        using var last = new Judge(broker.Bootstrap, output, Partitions);
        last.ReadToEnd(stop);
        Assert.Empty(last.Lost(sent));
        Assert.True(delivery != "exactly_once" || last.Duplicates == 0, $"{last.Duplicates} twice");
    }

    private async Task RunAsync(string delivery, bool hasState, int rounds, int seed)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("stopped", partitions: Partitions);
        string output = await broker.CreateTopicAsync("stopped-out", partitions: Partitions);
        using var scratch = new Scratch();
        scratch.Write("pipeline.yaml", Settings(input, output, delivery, hasState));
        using var done = new CancellationTokenSource();
        Task<long> sending = Task.Run(() => SendAsync(input, done.Token));
        using IAdminClient admin = broker.Admin();
        var random = new Random(seed);
        var codes = new List<string>();
        var engine = new SupervisedEngine(scratch.Folder);
        try
        {
            engine.Start();
            await admin.WaitForAsync("g-" + input, group => group.State == ConsumerGroupState.Stable, TestContext.Current.CancellationToken);
            for (int round = 0; round < rounds; round++)
            {
                var next = new SupervisedEngine(scratch.Folder);
                next.Start();
                // Somewhere between the start of the process, its joining and the end of the rebalance.
                int stage = random.Next(4);
                await admin.WaitForAsync("g-" + input, group => stage == 0 || group.Members.Count == 2 || (stage == 1 && group.State != ConsumerGroupState.Stable), TestContext.Current.CancellationToken);
                await admin.WaitForAsync("g-" + input, group => stage < 3 || group.State == ConsumerGroupState.Stable, TestContext.Current.CancellationToken);
                int code = engine.Stop(s_limit);
                if (code is not (0 or 143) || engine.LastWords.Contains("given up", StringComparison.Ordinal))
                {
                    codes.Add($"round {round}: {code}: {engine.LastWords}");
                }

                engine.Dispose();
                engine = next;
            }

            await done.CancelAsync();
            long sent = await sending;
            using var judge = new Judge(broker.Bootstrap, output, Partitions);
            Assert.True(judge.WaitFor(sent, TimeSpan.FromSeconds(90), TestContext.Current.CancellationToken), $"seed {seed}: {judge.Distinct} of {sent}");
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"STOPS: {delivery}{(hasState ? " with state" : "")}, seed {seed}: {rounds} rounds, {sent} ids, {judge.Duplicates} twice\n{string.Join("\n", codes)}"));
            Assert.True(delivery != "exactly_once" || judge.Duplicates == 0, $"seed {seed}: {judge.Duplicates} twice");
            Assert.All(codes, code => Assert.DoesNotMatch("^round [0-9]+: [^0]", code));
            Assert.Equal(0, engine.Ended);
        }
        finally
        {
            await done.CancelAsync();
            engine.Dispose();
        }
    }

    private string Settings(string input, string output, string delivery, bool hasState) => $$"""
        stream_settings:
          stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: g-{{input}}, options: {session.timeout.ms: 6000, heartbeat.interval.ms: 500} }
          stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
          schema: {id: int64, name: text}
          delivery: {{delivery}}
          commit_interval: 20ms
        modules: [{{(hasState ? "{module_name: last, module_class: fill, field: name, with: previous, key: [_key]}" : "{module_name: doubled, module_class: map, set: {twice: \"id * 2\"} }")}}]
        performance_tuning: {threads: 2, cpu_affinity: none, payload_size: 4KiB}
        """;

    /// <summary>About two thousand ids a second until it is told to end; how many there were.</summary>
    private async Task<long> SendAsync(string topic, CancellationToken done)
    {
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, EnableIdempotence = true, LingerMs = 5 });
        long id = 0;
        while (!done.IsCancellationRequested)
        {
            await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => id++).ToArray().Select(i => producer.ProduceAsync(topic, new Message<byte[]?, byte[]?>
            {
                Key = BitConverter.GetBytes(i % 97),
                Value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{i},\"name\":null}}")),
            })));
        }

        return id;
    }
}
