using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;
using DataStream.Tests.House;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>The sample of totals by customer, with topics of the test's own: by one process, and by two that share the orders.</summary>
public sealed class SampleTotalsTests(Broker broker)
{
    private const string Sample = "samples/kafka-totals";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Each_customer_has_one_total_of_an_hour(int processes)
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("by-number", partitions: 4);
        string output = await broker.CreateTopicAsync("by-customer", partitions: 4);
        string dead = await broker.CreateTopicAsync("by-number-dead");
        await broker.ProduceAsync(input, Repository.Read($"{Sample}/orders.ndjson").TrimEnd().Split('\n').Select(line => new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(IdOf(line)), Value = Encoding.UTF8.GetBytes(line) }));
        string[] command = ["run", $"{Sample}/pipeline.yaml", "--no-progress",
            "--set", $"stream_settings.stream_input.uri=kafka:{input}", "--set", $"stream_settings.stream_input.group=g-{input}", "--set", "stream_settings.stream_input.until=end",
            "--set", $"stream_settings.stream_output.main.uri=kafka:{output}", "--set", $"stream_settings.stream_output.dead=kafka:{dead}"];
        var environment = new Dictionary<string, string> { ["KAFKA_BROKER_URL"] = broker.Bootstrap };
        Outcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, processes).Select(_ => Task.Run(() => Command.RunWith(Repository.Root, environment, command))));
        Assert.All(outcomes, outcome => Assert.True(outcome.Code == 0, outcome.Error));
        var rows = broker.ReadAll(output);
        string[] expected = Repository.Read($"{Sample}/expected/customer-totals.ndjson").TrimEnd().Split('\n');
        string[] found = [.. rows.Select(r => Encoding.UTF8.GetString(r.Message.Value!)).Order(StringComparer.Ordinal)];
        Assert.True(expected.SequenceEqual(found), $"{string.Join('\n', found)}\n{string.Join("\n---\n", outcomes.Select(o => o.Error))}");
        Assert.All(rows, row =>
        {
            JsonElement total = JsonDocument.Parse(row.Message.Value!).RootElement;
            Assert.Equal((total.GetProperty("customer").GetString(), total.GetProperty("window_end").GetDateTime()), (Encoding.UTF8.GetString(row.Message.Key!), row.Message.Timestamp.UtcDateTime));
        });
        ConsumeResult<byte[]?, byte[]?> letter = Assert.Single(broker.ReadAll(dead));
        Assert.Equal(("4", "bad_type", input), (Encoding.UTF8.GetString(letter.Message.Key!), Header(letter, "ds.reason"), Header(letter, "ds.topic")));
    }

    /// <summary>The orders as letters, in partitions by their own numbers: a replay has them by customer too.</summary>
    [Fact]
    public async Task Letters_of_the_sample_are_replayed()
    {
        broker.NeedsReal("transactions");
        string input = await broker.CreateTopicAsync("all-read", partitions: 4);
        string output = await broker.CreateTopicAsync("of-letters", partitions: 4);
        string dead = await broker.CreateTopicAsync("letters", partitions: 4);
        await broker.ProduceAsync(dead, Repository.Read($"{Sample}/orders.ndjson").TrimEnd().Split('\n').Select(line => new Message<byte[]?, byte[]?> { Key = Encoding.UTF8.GetBytes(IdOf(line)), Value = Encoding.UTF8.GetBytes(line) }));
        var environment = new Dictionary<string, string> { ["KAFKA_BROKER_URL"] = broker.Bootstrap };
        Outcome outcome = Command.RunWith(Repository.Root, environment, "dead", "replay", "--from", $"kafka:{dead}", $"{Sample}/pipeline.yaml", "--no-progress",
            "--set", $"stream_settings.stream_input.uri=kafka:{input}", "--set", $"stream_settings.stream_input.group=g-{input}",
            "--set", $"stream_settings.stream_output.main.uri=kafka:{output}", "--set", $"stream_settings.stream_output.dead=kafka:{dead}");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(Repository.Read($"{Sample}/expected/customer-totals.ndjson").TrimEnd().Split('\n'), broker.ReadAll(output).Select(r => Encoding.UTF8.GetString(r.Message.Value!)).Order(StringComparer.Ordinal));
    }

    private static string IdOf(string line) => JsonDocument.Parse(line).RootElement.GetProperty("id").GetInt64().ToString(CultureInfo.InvariantCulture);

    private static string Header(ConsumeResult<byte[]?, byte[]?> letter, string name) => Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes(name));
}
