using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Confluent.Kafka;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;
using DataStream.Tests.House;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>The sample of the page, with topics of the test's own, and what users start it with.</summary>
public sealed class SampleOrdersTests(Broker broker)
{
    private const string Sample = "samples/kafka-orders";

    [Fact]
    public async Task Paid_orders_go_on_by_customer_and_the_one_that_cannot_be_read_is_a_letter()
    {
        string input = await broker.CreateTopicAsync("orders");
        string output = await broker.CreateTopicAsync("orders-paid");
        string dead = await broker.CreateTopicAsync("orders-dead");
        await broker.ProduceAsync(input, Repository.Read($"{Sample}/orders.ndjson").TrimEnd().Split('\n').Select(line => new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(line) }));
        Outcome outcome = Command.RunWith(Repository.Root, new Dictionary<string, string> { ["KAFKA_BROKER_URL"] = broker.Bootstrap }, "run", $"{Sample}/pipeline.yaml", "--no-progress",
            "--set", $"stream_settings.stream_input.uri=kafka:{input}", "--set", $"stream_settings.stream_input.group=g-{input}", "--set", "stream_settings.stream_input.until=end",
            "--set", $"stream_settings.stream_output.main.uri=kafka:{output}", "--set", $"stream_settings.stream_output.dead=kafka:{dead}");
        Assert.True(outcome.Code == 0, outcome.Error);
        var rows = broker.ReadAll(output);
        Assert.Equal(Repository.Read($"{Sample}/expected/orders-paid.ndjson"), string.Concat(rows.Select(r => Encoding.UTF8.GetString(r.Message.Value!) + "\n")));
        Assert.Equal(["anna", "anna", "bert"], rows.Select(r => Encoding.UTF8.GetString(r.Message.Key!)));
        ConsumeResult<byte[]?, byte[]?> letter = Assert.Single(broker.ReadAll(dead));
        Assert.Equal("bad_type", Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes("ds.reason")));
    }

    /// <summary>The page's lines, typed at a broker with the compose file's settings instead of in its container: topics, orders, the engine with the environment and the words that the file gives it.</summary>
    [Fact]
    public async Task What_the_page_tells_to_type_works_with_the_broker_that_the_compose_file_describes()
    {
        broker.NeedsReal("settings of its own");
        await using ComposedBroker composed = await ComposedBroker.StartAsync(broker.Home!);
        MatchCollection lines = Regex.Matches(Repository.Read($"{Sample}/README.md"), @"^\$ docker compose exec (-T )?kafka /opt/kafka/bin/(?<script>[a-z-]+)\.sh (?<arguments>[^<\n]+)(< (?<file>\S+))?$",
            RegexOptions.Multiline | RegexOptions.ExplicitCapture);
        Assert.Equal(4, lines.Count);
        foreach (Match line in lines)
        {
            await composed.RunAsync(line.Groups["script"].Value, line.Groups["arguments"].Value, line.Groups["file"] is { Success: true } file ? Repository.PathOf(file.Value) : null);
        }

        string compose = Repository.Read("docker-compose.yml");
        string brokers = Regex.Match(compose, "KAFKA_BROKER_URL: (?<at>.+)", RegexOptions.ExplicitCapture).Groups["at"].Value;
        string pipeline = Regex.Match(compose, @"command: \[""run"", ""\$\{PIPELINE:-(?<path>[^}]+)\}""\]", RegexOptions.ExplicitCapture).Groups["path"].Value;
        Outcome outcome = Command.RunWith(Repository.Root, new Dictionary<string, string> { ["KAFKA_BROKER_URL"] = composed.Here(brokers) }, "run", pipeline, "--no-progress", "--set", "stream_settings.stream_input.until=end");
        Assert.True(outcome.Code == 0, outcome.Error);
        // The port that is published to this machine, where the other one is for containers.
        Assert.Equal(3, Broker.ReadAll(composed.Here("localhost:9094"), "orders-paid").Count);
        Assert.Single(Broker.ReadAll(composed.Here("localhost:9094"), "orders-dead"));
    }
}
