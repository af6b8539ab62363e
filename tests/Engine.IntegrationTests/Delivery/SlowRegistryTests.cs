using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Pipelines;
using DataStream.IntegrationTests.Registry;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>A registry that takes longer for its answer than <c>max.poll.interval.ms</c>: the reader does not wait for it, and the group keeps the process.</summary>
public sealed class SlowRegistryTests(Broker broker) : HeldRuns(broker)
{
    private const string Order = """{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}""";

    /// <summary>While the process reads. A stop does not wait for it: the process leaves.</summary>
    [Theory]
    [InlineData("at_least_once", false)]
    [InlineData("exactly_once", false)]
    [InlineData("at_least_once", true)]
    [InlineData("exactly_once", true)]
    public async Task It_costs_no_partition(string delivery, bool isStopped)
    {
        (string input, string output) = await TopicsAsync(ids: 0);
        await Broker.ProduceAsync(input, Enumerable.Range(0, ManyIds).Select(id => new Message<byte[]?, byte[]?> { Key = BitConverter.GetBytes(id % 37), Value = [0, 0, 0, 0, 7, .. Datum(id)] }));
        using IAdminClient admin = Broker.Admin();
        using var held = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        using var registry = new RegistryStub((_, _) =>
        {
            asked.Set();
            held.Wait();
            return (200, JsonSerializer.Serialize(new Dictionary<string, string> { ["schema"] = Order }));
        });
        string settings = Narrow(Settings(input, output, delivery, ", until: end", "")).Replace("  schema:", "  input_format: avro\n  output_format: json\n  schema:", StringComparison.Ordinal);
        await using LivePipeline pipeline = new LivePipeline(settings + $"\nsecurity_settings: {{schema_registry: {{url: \"{registry.Url}\"}} }}").Start();
        asked.Wait(TestContext.Current.CancellationToken);
        string member = await MemberAsync(admin, input);
        if (isStopped)
        {
            RunReport stopped = await pipeline.StopAsync();
            held.Set();
            Assert.True(stopped.ExitCode == 0, stopped.Message);
            Assert.Equal((0, 0), (stopped.Ledger.In, stopped.Ledger.Imbalance));
            return;
        }

        await PassAsync(pipeline, TimeSpan.FromSeconds(4));
        string after = await MemberAsync(admin, input);
        held.Set();
        RunReport report = await pipeline.Run;
        Assert.NotEmpty(member);
        Assert.Equal(member, after);
        Assert.True(report.ExitCode == 0, report.Message);
        Assert.Equal(0, report.Ledger.Imbalance);
        Assert.Equal((ManyIds, ManyIds), (report.Ledger.In, Committed(input)));
    }

    /// <summary>A long as Avro has it.</summary>
    private static IEnumerable<byte> Datum(int id)
    {
        uint rest = (uint)id << 1;
        for (; rest >= 0x80; rest >>= 7)
        {
            yield return (byte)(rest | 0x80);
        }

        yield return (byte)rest;
    }
}
