using System;
using System.IO;
using System.Linq;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Flow;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Kafka.Native;
using DataStream.Kafka.Transactions;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>Transactions that do not come through.</summary>
public sealed class TransactionLogTests : IDisposable
{
    private const int Steps = 1000; // milliseconds that a step may take

    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    /// <summary>The brokers go, and do not come back: not before the patience is over.</summary>
    [Fact(Timeout = 120_000)]
    public void Without_a_commit_for_four_minutes_the_run_ends()
    {
        var clock = new LeapingClock(TransactionLog.Patience / 2);
        using var nodes = new MockNodes(1);
        using KafkaInput input = InputOf(nodes.Bootstrap, "", "");
        using var log = new TransactionLog(input, clock) { GivesUp = () => TestContext.Current.CancellationToken.IsCancellationRequested };
        log.Open();
        nodes.Dispose();
        StopException stop = Assert.Throws<StopException>(() => log.Abort(0));
        Assert.Equal(ExitCode.Unavailable, stop.Code);
        Assert.Contains("cannot commit a transaction", stop.Message, StringComparison.Ordinal);
        Assert.True(log.Gate.IsClosed); // no writer waits for the next one
        Assert.Equal(5, clock.Looks); // when it began; since when it fails; at half of the patience, at all of it, and behind it
    }

    /// <summary>A file that the settings name was there when the run began: without it the run does not end as if the configuration were wrong.</summary>
    [Fact]
    public void A_client_that_cannot_be_made_again_is_not_the_configurations_fault()
    {
        var certificates = new Certificates(Path.Combine(_scratch.Folder, "tls"));
        using var nodes = new MockNodes(1); // that speak no TLS
        using KafkaInput input = InputOf(nodes.Bootstrap, $"security_settings: {{kafka: {{tls: {{ca: \"{certificates.Authority}\"}} }} }}", "error_handling: {retry: {max_attempts: 2, backoff: 1ms}}");
        using var log = new TransactionLog(input)
        {
            GivesUp = () =>
            {
                File.Delete(certificates.Authority);
                return true;
            },
        };
        StopException stop = Assert.Throws<StopException>(log.Open);
        Assert.Equal(ExitCode.Unavailable, stop.Code);
        Assert.Contains($"the file '{certificates.Authority}' cannot be read", stop.Message, StringComparison.Ordinal);
    }

    /// <summary>When the run begins it is.</summary>
    [Fact]
    public void A_client_that_cannot_be_made_at_all_is()
    {
        var certificates = new Certificates(Path.Combine(_scratch.Folder, "tls"));
        using KafkaInput input = InputOf("127.0.0.1:1", $"security_settings: {{kafka: {{tls: {{ca: \"{certificates.Authority}\"}} }} }}", "");
        using var log = new TransactionLog(input);
        File.Delete(certificates.Authority);
        Assert.Equal(ExitCode.Configuration, Assert.Throws<StopException>(log.Open).Code);
    }

    /// <summary>Brokers would take positions without a generation for those of somebody without a group, and keep them.</summary>
    [Fact]
    public void Positions_of_no_member_are_not_sent()
    {
        NativeLibraries.Use();
        using KafkaInput input = InputOf("127.0.0.1:1", "", "");
        using var member = new GroupMember(input.Settings(), _ => { }, _ => { }, _ => { }, _ => { }, _ => { });
        using var producer = new ProducerClient(input.ProducerSettings("t"), null);
        var positions = new OffsetCommit(member.Handle);
        positions.Add("orders", 0, 7);
        TransactionAnswer answer = TransactionCalls.SendOffsets(producer, positions.List, member.Handle, TimeSpan.FromMinutes(1), static () => false);
        positions.Clear();
        Assert.Equal(new TransactionAnswer(TransactionNext.Abort, 0, "this process is no member of the group"), answer);
    }

    private KafkaInput InputOf(string brokers, string security, string more)
    {
        PipelineConfig config = Config.Config.Load(_scratch.Write("pipeline.yaml", $$"""
            stream_settings:
              stream_input: {uri: "kafka://{{brokers}}/orders", group: g}
              stream_output: {uri: "kafka://{{brokers}}/out", options: {transaction.timeout.ms: {{Steps}} } }
              schema: {id: int64}
              delivery: exactly_once
              commit_interval: 100ms
            {{security}}
            {{more}}
            """));
        return (KafkaInput)new KafkaConnector().BindInput(config.Stream.Inputs.Single(), config, new ConfigErrors())!;
    }
}
