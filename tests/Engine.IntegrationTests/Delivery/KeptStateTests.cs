using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>State that survives and moves: runs that are stopped, killed and shared by several processes give the rows of one that nobody disturbed.</summary>
public sealed class KeptStateTests(Broker broker)
{
    private const int Events = 900;

    private static readonly Dictionary<string, string> s_modules = new(StringComparer.Ordinal)
    {
        ["tumbling"] = "- {module_name: w, module_class: window, tumbling: 7s, key: [_key], aggregates: {n: count(), s: sum(v), f: first(v), l: last(name), d: count_distinct(name), q: 'quantile(v, 0.5)'} }",
        ["hopping"] = "- {module_name: w, module_class: window, hopping: {size: 9s, every: 3s}, key: [_key], aggregates: {n: count(), m: mean(x), sd: stddev(x), mx: max(name)} }",
        ["session"] = "- {module_name: w, module_class: window, session: {gap: 2s}, key: [_key, name], aggregates: {n: count(), f: first(name), mi: min(x)} }",
        ["count"] = "- {module_name: w, module_class: window, count: 7, key: [_key], aggregates: {n: count(), l: last(v)} }",
        ["global"] = "- {module_name: w, module_class: window, global: true, key: [_key], aggregates: {n: count(), s: sum(v), f: first(name), l: last(v)} }",
        ["rolling"] = """
            - {module_name: once, module_class: deduplicate, key: [_key, name], within: 20s}
              - {module_name: filled, module_class: fill, field: x, with: previous, key: [_key]}
              - {module_name: odd, module_class: outlier, field: v, key: [_key], method: zscore, threshold: 2, warmup: 5, window: 16, action: flag}
            """,
    };

    [Theory]
    [InlineData("hopping", "exactly_once", "-KILL")]
    [InlineData("session", "exactly_once", "-KILL")]
    [InlineData("rolling", "exactly_once", "-KILL")]
    [InlineData("count", "at_least_once", "-KILL")]
    [InlineData("session", "at_least_once", "-TERM")]
    [InlineData("global", "at_least_once", "-TERM")]
    [InlineData("rolling", "at_least_once", "-TERM")]
    public async Task Runs_that_are_stopped_and_killed_give_the_rows_of_one_that_nobody_disturbed(string which, string delivery, string signal)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("kept-" + which, partitions: 2);
        string whole = await broker.CreateTopicAsync("whole-" + which, partitions: 1);
        string parts = await broker.CreateTopicAsync("parts-" + which, partitions: 1);
        using var scratch = new Scratch();
        for (int step = 0; step < 3; step++)
        {
            await ProduceAsync(input, step * Events / 3, (step + 1) * Events / 3);
            string end = step < 2 ? "" : ", until: end";
            string file = scratch.Write($"parts{step}.yaml", Settings(which, input, parts, "p-" + input, end, delivery));
            if (step == 2)
            {
                Good(Command.Run(scratch.Folder, "run", file));
                continue;
            }

            using Command run = Command.Start(scratch.Folder, "run", file);
            Committed("p-" + input, input, (step + 1) * Events / 3);
            Signal(run, step == 0 ? "-TERM" : signal);
            Outcome ended = run.End();
            Assert.True((step == 1 && signal == "-KILL") || ended.Code == 0, ended.Error);
        }

        Good(Command.Run(scratch.Folder, "run", scratch.Write("whole.yaml", Settings(which, input, whole, "w-" + input, ", until: end", delivery))));
        string[] expected = Rows(whole);
        Assert.True(expected.Length >= (which == "global" ? 5 : 20), $"{expected.Length} rows");
        // At least once: what a process that was killed wrote behind its last commit may come again.
        bool mayRepeat = delivery == "at_least_once" && signal == "-KILL";
        Assert.Equal(mayRepeat ? expected.Distinct() : expected, mayRepeat ? Rows(parts).Distinct() : Rows(parts));
    }

    /// <summary>The limit is in the midst of a payload, which is not committed then: the next start reads it whole.</summary>
    [Fact]
    public async Task Nothing_is_lost_behind_a_limit_of_events()
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("limit", partitions: 2);
        string output = await broker.CreateTopicAsync("limit-out");
        await ProduceAsync(input, 0, 300);
        using var scratch = new Scratch();
        string file = scratch.Write("limit.yaml", Settings("count", input, output, "p-" + input, ", until: end", "at_least_once"));
        Good(Command.Run(scratch.Folder, "run", file, "--max-events", "100"));
        Good(Command.Run(scratch.Folder, "run", file));
        string whole = await broker.CreateTopicAsync("limit-whole");
        Good(Command.Run(scratch.Folder, "run", scratch.Write("whole.yaml", Settings("count", input, whole, "w-" + input, ", until: end", "at_least_once"))));
        Assert.Subset(Rows(output).ToHashSet(StringComparer.Ordinal), Rows(whole).ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Somebody deletes the changelog: the run goes on without what it held, and says so.</summary>
    [Fact]
    public async Task A_state_that_is_gone_is_told()
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("gone-state", partitions: 2);
        string output = await broker.CreateTopicAsync("gone-state-out");
        using var scratch = new Scratch();
        string file = scratch.Write("pipeline.yaml", Settings("count", input, output, "p-" + input, ", until: end", "at_least_once"));
        for (int step = 0; step < 3; step++)
        {
            await ProduceAsync(input, step * 30, (step + 1) * 30);
            if (step == 2)
            {
                using IAdminClient admin = broker.Admin();
                await admin.DeleteTopicsAsync([$"p-{input}-w-changelog"]);
            }

            Outcome run = Command.Run(scratch.Folder, "run", file);
            Good(run);
            Assert.True(run.Error.Contains(IsGone(input), StringComparison.Ordinal) == (step == 2), run.Error);
        }
    }

    /// <summary>Also where nothing comes after it: the next start has heard of it.</summary>
    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task A_state_that_is_gone_is_told_once(string delivery)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("gone-state", partitions: 2);
        string output = await broker.CreateTopicAsync("gone-state-out");
        await ProduceAsync(input, 0, 30);
        using var scratch = new Scratch();
        string file = scratch.Write("pipeline.yaml", Settings("count", input, output, "p-" + input, ", until: end", delivery));
        Good(Command.Run(scratch.Folder, "run", file));
        using (IAdminClient admin = broker.Admin())
        {
            await admin.DeleteTopicsAsync([$"p-{input}-w-changelog"]);
        }

        await using (LivePipeline pipeline = new LivePipeline(Settings("count", input, output, "p-" + input, "", delivery)).Start())
        {
            while (!pipeline.Words.Any(word => word.Contains(IsGone(input), StringComparison.Ordinal)))
            {
                Assert.False(pipeline.Run.IsCompleted);
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
            }

            Assert.Equal(0, (await pipeline.StopAsync()).ExitCode);
        }

        Outcome next = Command.Run(scratch.Folder, "run", file);
        Good(next);
        Assert.DoesNotContain("has no state of", next.Error, StringComparison.Ordinal);
    }

    /// <summary>Three share the work: one is killed, one stops, one stays.</summary>
    [Fact]
    public async Task Processes_that_come_and_go_give_the_rows_of_one()
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("shared", partitions: 3);
        string whole = await broker.CreateTopicAsync("shared-whole", partitions: 1);
        string parts = await broker.CreateTopicAsync("shared-parts", partitions: 1);
        string group = "p-" + input;
        using var scratch = new Scratch();
        string file = scratch.Write("parts.yaml", Settings("tumbling", input, parts, group, ""));
        using Command first = Command.Start(scratch.Folder, "run", file);
        await ProduceAsync(input, 0, Events / 4, partitions: 3);
        Committed(group, input, Events / 4, partitions: 3);
        using Command second = Command.Start(scratch.Folder, "run", file);
        using Command third = Command.Start(scratch.Folder, "run", file);
        await MembersAsync(group, 3);
        await ProduceAsync(input, Events / 4, Events / 2, partitions: 3);
        Signal(second, "-KILL");
        await ProduceAsync(input, Events / 2, 3 * Events / 4, partitions: 3);
        Committed(group, input, 3 * Events / 4, partitions: 3);
        Signal(first, "-TERM");
        Good(first.End());
        await ProduceAsync(input, 3 * Events / 4, Events, partitions: 3);
        Committed(group, input, Events, partitions: 3);
        Signal(third, "-TERM");
        Good(third.End());
        Good(Command.Run(scratch.Folder, "run", scratch.Write("end.yaml", Settings("tumbling", input, parts, group, ", until: end"))));
        Good(Command.Run(scratch.Folder, "run", scratch.Write("whole.yaml", Settings("tumbling", input, whole, "w-" + input, ", until: end"))));
        Assert.Equal(Rows(whole), Rows(parts));
    }

    private static string IsGone(string input) =>
        $"topic 'p-{input}-w-changelog' has no state of 'w' for partitions that group 'p-{input}' has read before ('{input}' 0, '{input}' 1): it begins anew there; the module is new, or the topic was deleted";

    /// <summary>Waits until so many processes share the group, each with partitions of its own.</summary>
    private async Task MembersAsync(string group, int count)
    {
        using IAdminClient admin = Clients.Admin(new AdminClientConfig { BootstrapServers = broker.Bootstrap });
        for (bool isThere = false; !isThere;)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            ConsumerGroupDescription known = (await admin.DescribeConsumerGroupsAsync([group])).ConsumerGroupDescriptions.Single();
            isThere = known.State == ConsumerGroupState.Stable && known.Members.Count(m => m.Assignment?.TopicPartitions.Count > 0) == count;
        }
    }

    private static void Good(Outcome outcome) => Assert.True(outcome.Code == 0, outcome.Error);

    private static void Signal(Command run, string signal) => Process.Start("kill", [signal, run.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    private string Settings(string which, string input, string output, string group, string more, string delivery = "exactly_once") => $$"""
        stream_settings:
          stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: {{group}}{{more}}, options: {session.timeout.ms: 3000, heartbeat.interval.ms: 500} }
          stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
          output_format: json
          schema: {at: timestamp, v: int64, x: float64, name: text}
          event_time: {field: at, max_out_of_orderness: 3s}
          delivery: {{delivery}}
          commit_interval: 20ms
        modules:
          {{s_modules[which]}}
        performance_tuning: {threads: 2, cpu_affinity: none, allocations: fail}
        """;

    /// <summary>Rows in no order: partitions have none between them.</summary>
    private string[] Rows(string topic) => [.. broker.ReadAll(topic).Select(r => Encoding.UTF8.GetString(r.Message.Value!)).Order(StringComparer.Ordinal)];

    /// <summary>Waits until the group has gone past so many messages.</summary>
    private void Committed(string group, string topic, long messages, int partitions = 2)
    {
        using IConsumer<byte[]?, byte[]?> asker = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = group });
        TopicPartition[] all = [.. Enumerable.Range(0, partitions).Select(p => new TopicPartition(topic, p))];
        for (long committed = 0; committed < messages;)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                committed = asker.Committed(all, TimeSpan.FromSeconds(20)).Sum(c => Math.Max(0, c.Offset.Value));
            }
            catch (KafkaException)
            {
                // The group's coordinator is being found.
            }
        }
    }

    private async Task ProduceAsync(string topic, int from, int to, int partitions = 2)
    {
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, LingerMs = 5 });
        var sent = new List<Task>();
        for (int i = from; i < to; i++)
        {
            int key = i * 7 % 5;
            string name = i % 11 == 0 ? "a name that is longer than fifteen bytes " + (i % 3) : "n" + (i % 4);
            string x = i % 6 == 0 ? "null" : (i * 0.37).ToString(CultureInfo.InvariantCulture);
            string value = string.Create(CultureInfo.InvariantCulture, $"{{\"at\":{1_700_000_000 + (i / 10) - (i % 3)},\"v\":{(i % 50 == 0 ? 10_000 : i % 13)},\"x\":{x},\"name\":\"{name}\"}}");
            sent.Add(producer.ProduceAsync(new TopicPartition(topic, key % partitions), new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes("a key that is longer than a short one " + key), Value = Encoding.UTF8.GetBytes(value) }));
        }

        await Task.WhenAll(sent);
    }
}
