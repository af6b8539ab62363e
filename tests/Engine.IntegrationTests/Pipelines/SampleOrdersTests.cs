using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
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

    [Fact]
    public void What_docker_compose_mounts_and_runs_is_there()
    {
        string compose = Repository.Read("docker-compose.yml");
        Assert.Contains($"{Sample}/pipeline.yaml", compose, StringComparison.Ordinal);
        Assert.Contains("KAFKA_BROKER_URL: kafka:9092", compose, StringComparison.Ordinal);
        Assert.Contains("src/Engine.Host", Repository.Read("Dockerfile"), StringComparison.Ordinal);
        // Nothing is reachable from another machine.
        Assert.All(compose.Split('\n').Where(line => line.Trim().StartsWith("- \"", StringComparison.Ordinal) && line.Contains(":90", StringComparison.Ordinal)), line => Assert.Contains("127.0.0.1:", line, StringComparison.Ordinal));
    }
}
