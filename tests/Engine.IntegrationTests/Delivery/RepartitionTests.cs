using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary><c>partitioned_by: repartition</c>: rows of a key come from several partitions, and the results are those of one state for each key.</summary>
public sealed class RepartitionTests(Broker broker)
{
    private const int Events = 900;
    private const int Partitions = 3;

    /// <summary>One partition is empty, or has what cannot be read alone. The others' times lie hours apart and come one after the other: no event is late, since windows wait for all of them.</summary>
    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task Rows_of_a_key_from_several_partitions_are_in_one_window(string delivery)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("rekeyed", partitions: Partitions + 1);
        string output = await broker.CreateTopicAsync("rekeyed-out", partitions: 1);
        string dead = await broker.CreateTopicAsync("rekeyed-dead");
        await ProduceAsync(input, 0, Events, skew: 3600);
        await broker.ProduceAsync(input, new Message<byte[]?, byte[]?> { Key = [7], Value = "{\"at\":bad}"u8.ToArray(), Headers = new Headers { { "trace", [9] } } });
        using var scratch = new Scratch();
        string file = scratch.Write("pipeline.yaml", Settings(input, output, delivery, ", until: end").Replace("stream_output: \"", $"stream_output:\n    dead: \"kafka://{broker.Bootstrap}/{dead}\"\n    main: \"", StringComparison.Ordinal));
        Good(Command.Run(scratch.Folder, "run", file));
        Assert.Equal(Expected(Events, skew: 3600), Rows(output));
        Message<byte[]?, byte[]?> letter = Assert.Single(broker.ReadAll(dead)).Message;
        Assert.Equal(("{\"at\":bad}", 7, 9), (Encoding.UTF8.GetString(letter.Value!), Assert.Single(letter.Key!), Assert.Single(letter.Headers.GetLastBytes("trace"))));
        Assert.Equal((input, "bad_json"), (Encoding.UTF8.GetString(letter.Headers.GetLastBytes("ds.topic")), Encoding.UTF8.GetString(letter.Headers.GetLastBytes("ds.reason"))));
        Assert.All(broker.ReadAll($"p-{input}-w-repartition"), left => Assert.Equal(2, left.Message.Value![0])); // records that were worked on are deleted there; words of the end are left
        Good(Command.Run(scratch.Folder, "run", file));
        Assert.Equal(Expected(Events, skew: 3600), Rows(output));
    }

    /// <summary>Both halves read what is no JSON: here CSV, whose messages have no header.</summary>
    [Theory]
    [InlineData("csv")]
    [InlineData("{type: csv, header: false, delimiter: ','}")]
    public async Task Records_of_another_format_are_keyed_by_their_columns(string format)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("rekeyed-csv", partitions: Partitions);
        string output = await broker.CreateTopicAsync("rekeyed-csv-out", partitions: 1);
        await broker.ProduceAsync(input, Enumerable.Range(0, 90).Select(i => EventOf(i, 0)).Select(e => new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{e.Second},{e.Device},{e.Value}")) }));
        using var scratch = new Scratch();
        string file = scratch.Write("pipeline.yaml", Settings(input, output, "at_least_once", ", until: end").Replace("max_out_of_orderness: 3s", "max_out_of_orderness: 1h", StringComparison.Ordinal).Replace("  output_format: json", $"  output_format: json\n  input_format: {format}", StringComparison.Ordinal));
        Good(Command.Run(scratch.Folder, "run", file));
        Assert.Equal(Expected(90, skew: 0), Rows(output));
    }

    /// <summary>A payload has records of several places of the input.</summary>
    [Fact]
    public async Task Rows_know_the_place_that_their_message_came_from()
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("placed", partitions: Partitions);
        string output = await broker.CreateTopicAsync("placed-out", partitions: 1);
        await ProduceAsync(input, 0, Events);
        using var scratch = new Scratch();
        Good(Command.Run(scratch.Folder, "run", scratch.Write("pipeline.yaml", Placed(input, output, "at_least_once", ", until: end", "64KiB"))));
        Assert.Equal(Enumerable.Range(0, Events).Select(i => $"{{\"at\":{EventOf(i, 0).Second},\"t\":\"{input}\",\"p\":{i % Partitions},\"o\":{i / Partitions}}}").Order(StringComparer.Ordinal), Rows(output));
    }

    /// <summary>A process whose payloads are larger may have sent it.</summary>
    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task A_pack_that_fits_into_no_payload_goes_into_several(string delivery)
    {
        using var scratch = new Scratch();
        (string input, string between, string output, Command started) = await StartAsync(scratch, "packed", delivery, "4KiB");
        using Command run = started;
        await SendAsync(between, Packed.Of(input, 0, Events), Packed.Of(input, Events, Events + 1));
        using IConsumer<byte[]?, byte[]?> reader = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "r-" + output, IsolationLevel = IsolationLevel.ReadCommitted });
        reader.Assign(new TopicPartitionOffset(output, 0, Offset.Beginning));
        for (int i = 0; i <= Events; i++)
        {
            Assert.Equal($"{{\"at\":{i},\"t\":\"{input}\",\"p\":7,\"o\":{i}}}", Encoding.UTF8.GetString(reader.Consume(TestContext.Current.CancellationToken).Message.Value!));
        }

        Signal(run, "-TERM");
        Good(run.End());
        Assert.Equal(Events + 1, Rows(output).Length);
    }

    /// <summary>Two messages fill a payload: a pack takes a hundred, rings have sixteen, and commits are due all the time.</summary>
    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task Commits_go_on_while_packs_come_in_pieces(string delivery)
    {
        const int Packs = 30;
        const int Length = 200;
        using var scratch = new Scratch();
        (string input, string between, string output, Command started) = await StartAsync(scratch, "pieces", delivery, "4KiB, ring_size: 16");
        using Command run = started;
        await SendAsync(between, Enumerable.Range(0, Packs).Select(pack => Packed.Of(input, pack * Length, (pack + 1) * Length, padding: 1500)));
        using IConsumer<byte[]?, byte[]?> reader = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "r-" + output, IsolationLevel = IsolationLevel.ReadCommitted });
        reader.Assign(new TopicPartitionOffset(output, 0, Offset.Beginning));
        for (int i = 0; i < Packs * Length; i++)
        {
            ConsumeResult<byte[]?, byte[]?>? row = reader.Consume(TimeSpan.FromMinutes(3));
            Assert.Equal($"{{\"at\":{i},\"t\":\"{input}\",\"p\":7,\"o\":{i}}}", row is null ? "nothing more" : Encoding.UTF8.GetString(row.Message.Value!));
        }

        Signal(run, "-TERM");
        Good(run.End());
        Assert.Equal(Packs * Length, Rows(output).Length);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("\u0003\u0002\0\0\0\u00ff")]
    public async Task What_no_first_half_wrote_ends_the_run_and_is_told(string value)
    {
        using var scratch = new Scratch();
        (string input, string between, string output, Command started) = await StartAsync(scratch, "strange", "at_least_once", "64KiB");
        using Command run = started;
        await SendAsync(between, Encoding.Latin1.GetBytes(value));
        Outcome outcome = run.End();
        Assert.Equal(74, outcome.Code);
        Assert.Contains($"topic '{between}', partition 0, offset ", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>A run that reads the topic between, whose messages are the test's.</summary>
    private async Task<(string Input, string Between, string Output, Command Run)> StartAsync(Scratch scratch, string name, string delivery, string payload)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync(name, partitions: 1);
        string output = await broker.CreateTopicAsync(name + "-out", partitions: 1);
        Command run = Command.Start(scratch.Folder, "run", scratch.Write("pipeline.yaml", Placed(input, output, delivery, "", payload)));
        string between = $"p-{input}-d-repartition";
        await SharedAsync(1, between);
        return (input, between, output, run);
    }

    /// <summary>One after the other.</summary>
    private async Task SendAsync(string between, params IEnumerable<byte[]> messages)
    {
        foreach (byte[] message in messages)
        {
            await broker.ProduceAsync(between, new Message<byte[]?, byte[]?> { Value = message });
        }
    }

    [Theory]
    [InlineData("at_least_once")]
    [InlineData("exactly_once")]
    public async Task Processes_that_come_and_go_give_the_rows_of_one(string delivery)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("moved", partitions: Partitions + 1);
        string output = await broker.CreateTopicAsync("moved-out", partitions: 1);
        string group = "p-" + input;
        using var scratch = new Scratch();
        string file = scratch.Write("live.yaml", Settings(input, output, delivery, ""));
        await ProduceAsync(input, 0, Events / 3);
        using Command first = Command.Start(scratch.Folder, "run", file);
        await SharedAsync(1, group, group + "-w-repartition");
        Committed(group, input, Events / 3);
        using Command second = Command.Start(scratch.Folder, "run", file);
        await SharedAsync(2, group, group + "-w-repartition");
        await ProduceAsync(input, Events / 3, 2 * Events / 3);
        Committed(group, input, 2 * Events / 3);
        using (IConsumer<byte[]?, byte[]?> reader = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "r-" + output }))
        {
            reader.Assign(new TopicPartitionOffset(output, 0, Offset.Beginning));
            Assert.NotNull(reader.Consume(TestContext.Current.CancellationToken).Message); // windows close while it goes on, though one partition has no message at all
        }

        Signal(first, "-TERM");
        Good(first.End());
        await ProduceAsync(input, 2 * Events / 3, Events);
        Signal(second, "-KILL");
        second.End();
        Good(Command.Run(scratch.Folder, "run", scratch.Write("end.yaml", Settings(input, output, delivery, ", until: end"))));
        if (delivery == "exactly_once")
        {
            Assert.Equal(Expected(Events, skew: 0), Rows(output));
            return;
        }

        // What was sent through the topic again counts again; nothing is missing.
        Dictionary<string, int> counts = Counts(Rows(output));
        Assert.All(Counts(Expected(Events, skew: 0)), expected => Assert.True(counts.GetValueOrDefault(expected.Key) >= expected.Value, $"{expected.Key}: {expected.Value} expected, {counts.GetValueOrDefault(expected.Key)} found"));
    }

    /// <summary>The greatest count of each window.</summary>
    private static Dictionary<string, int> Counts(IEnumerable<string> rows) => rows.Select(row => row.Split(",\"n\":"))
        .GroupBy(parts => parts[0], parts => int.Parse(parts[1].Split(',')[0], CultureInfo.InvariantCulture)).ToDictionary(window => window.Key, window => window.Max());

    private static void Signal(Command run, string signal) => Process.Start("kill", [signal, run.Id.ToString(CultureInfo.InvariantCulture)]).WaitForExit();

    /// <summary>Waits until so many processes share each of the groups, all with partitions of their own.</summary>
    private async Task SharedAsync(int count, params string[] groups)
    {
        using IAdminClient admin = broker.Admin();
        foreach (string group in groups)
        {
            await admin.WaitForAsync(group, known => known.State == ConsumerGroupState.Stable && known.Members.Count(m => m.Assignment?.TopicPartitions.Count > 0) == count, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Waits until the group has gone past so many messages.</summary>
    private void Committed(string group, string topic, long messages)
    {
        using IConsumer<byte[]?, byte[]?> asker = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = group });
        for (long committed = 0; committed < messages;)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            try
            {
                committed = asker.Committed(Enumerable.Range(0, Partitions).Select(p => new TopicPartition(topic, p)), TimeSpan.FromSeconds(20)).Sum(c => Math.Max(0, c.Offset.Value));
            }
            catch (KafkaException)
            {
                // The group's coordinator is being found.
            }
        }
    }

    private static void Good(Outcome outcome) => Assert.True(outcome.Code == 0, outcome.Error);

    private string Settings(string input, string output, string delivery, string more) => $$"""
        stream_settings:
          stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: p-{{input}}, partitioned_by: repartition{{more}}, options: {session.timeout.ms: 3000, heartbeat.interval.ms: 500} }
          stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
          output_format: json
          schema: {at: timestamp, device: int64, v: int64}
          event_time: {field: at, max_out_of_orderness: 3s}
          delivery: {{delivery}}
          commit_interval: 20ms
        modules:
          - {module_name: good, module_class: filter, where: "v != 5"}
          - {module_name: named, module_class: map, set: {name: "concat('device ', text(device))"} }
          - {module_name: w, module_class: window, tumbling: 7s, key: [name], aggregates: {n: count(), s: sum(v)} }
        performance_tuning: {threads: 2, cpu_affinity: none, allocations: fail}
        """;

    private string Placed(string input, string output, string delivery, string more, string payload) => $$"""
        stream_settings:
          stream_input: {uri: "kafka://{{broker.Bootstrap}}/{{input}}", group: p-{{input}}, partitioned_by: repartition{{more}}}
          stream_output: "kafka://{{broker.Bootstrap}}/{{output}}"
          output_format: json
          schema: {at: int64, device: int64}
          delivery: {{delivery}}
          commit_interval: 20ms
        modules:
          - {module_name: d, module_class: fill, field: device, with: previous, key: [at]}
          - {module_name: where, module_class: map, set: {t: _topic, p: _partition, o: _offset} }
          - {module_name: shown, module_class: select, fields: [at, t, p, o]}
        performance_tuning: {threads: 1, cpu_affinity: none, payload_size: {{payload}}}
        """;

    private string[] Rows(string topic) => [.. broker.ReadAll(topic).Select(r => Encoding.UTF8.GetString(r.Message.Value!)).Order(StringComparer.Ordinal)];

    private static (int Partition, long Second, int Device, int Value) EventOf(int i, int skew) => (i % Partitions, 1_700_000_000 + (i / 10) + (i % Partitions * skew), i * 7 % 5, i % 13);

    private static string[] Expected(int events, int skew) => [.. Enumerable.Range(0, events).Select(i => EventOf(i, skew)).Where(e => e.Value != 5)
        .GroupBy(e => (Start: e.Second - (e.Second % 7), e.Device))
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{{\"window_start\":\"{At(g.Key.Start)}\",\"window_end\":\"{At(g.Key.Start + 7)}\",\"name\":\"device {g.Key.Device}\",\"n\":{g.Count()},\"s\":{g.Sum(e => e.Value)}}}"))
        .Order(StringComparer.Ordinal)];

    private static string At(long second) => DateTimeOffset.FromUnixTimeSeconds(second).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private async Task ProduceAsync(string topic, int from, int to, int skew = 0)
    {
        using IProducer<byte[]?, byte[]?> producer = Clients.Producer(new ProducerConfig { BootstrapServers = broker.Bootstrap, LingerMs = 5 });
        var sent = new List<Task>();
        foreach ((int partition, long second, int device, int value) in Enumerable.Range(from, to - from).Select(i => EventOf(i, skew)))
        {
            string text = string.Create(CultureInfo.InvariantCulture, $"{{\"at\":{second},\"device\":{device},\"v\":{value}}}");
            sent.Add(producer.ProduceAsync(new TopicPartition(topic, partition), new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes("k" + value), Value = Encoding.UTF8.GetBytes(text) }));
        }

        await Task.WhenAll(sent);
    }
}
