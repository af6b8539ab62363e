using System;
using System.Linq;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Kafka;
using DataStream.Kafka.Native;
using DataStream.Plans;
using DataStream.Tests.Config;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>Client options' values are librdkafka's to judge, before anything is connected to.</summary>
public sealed class ClientOptionValueTests
{
    [Theory]
    [InlineData("session.timeout.ms: abc", 83, "'session.timeout.ms' cannot be 'abc'", "Invalid value for configuration property")]
    [InlineData("heartbeat.interval.ms: 0", 86, "'heartbeat.interval.ms' cannot be '0'", "allowed range")]
    [InlineData("group.protocol: new", 79, "'group.protocol' cannot be 'new'", "Invalid value")]
    [InlineData("session.timeout.ms: 400000", 83, "'session.timeout.ms: 400000'", "must be >= `session.timeout.ms`")]
    [InlineData("max.poll.interval.ms: 5000", 85, "'max.poll.interval.ms: 5000'", "must be >= `session.timeout.ms`")]
    [InlineData("reconnect.backoff.ms: 20000", 85, "'reconnect.backoff.ms: 20000'", "`reconnect.backoff.max.ms` must be")]
    [InlineData("group.protocol: consumer, session.timeout.ms: 9000", 109, "'session.timeout.ms: 9000'", "group.protocol=consumer")]
    public void A_bad_value_of_an_inputs_option_is_told_at_its_place(string options, int column, params string[] messages) =>
        Tells($"  stream_input: {{uri: 'kafka://h:9092/a', group: g, options: {{{options}}}}}\n  stream_output: stdout\n", 2, column, messages);

    [Theory]
    [InlineData("linger.ms: -1", 72, "'linger.ms' cannot be '-1'", "allowed range")]
    [InlineData("compression.type: zip", 79, "'compression.type' cannot be 'zip'", "Invalid value \"zip\"")]
    [InlineData("partitioner: mine", 74, "'partitioner' cannot be 'mine'", "Invalid value")]
    [InlineData("delivery.timeout.ms: 1", 82, "'delivery.timeout.ms: 1'", "`delivery.timeout.ms` must be greater than `linger.ms`")]
    [InlineData("max.in.flight.requests.per.connection: 6", 100, "'max.in.flight.requests.per.connection: 6'", "must be set <= 5")]
    public void A_bad_value_of_an_outputs_option_is_told_at_its_place(string options, int column, params string[] messages) =>
        Tells($"  stream_input: stdin\n  stream_output: {{main: {{uri: 'kafka://h:9092/a', options: {{{options}}}}}}}\n", 3, column, messages);

    [Fact]
    public void What_does_not_fit_a_transaction_is_told_at_its_place() =>
        Tells("  stream_input: {uri: 'kafka://h:9092/a', group: g}\n  stream_output: {main: {uri: 'kafka://h:9092/b', options: {socket.timeout.ms: 60000}}}\n  delivery: exactly_once\n", 3, 80,
            "'socket.timeout.ms: 60000'", "<= `transaction.timeout.ms`");

    [Theory]
    [InlineData("consumer")]
    [InlineData("Consumer")]
    [InlineData("CONSUMER")]
    public void The_newer_protocol_is_known_in_any_case(string protocol)
    {
        LoadedConfig loaded = Load($"  stream_input: {{uri: 'kafka://h:9092/a', group: g, options: {{group.protocol: {protocol}}}}}\n  stream_output: stdout\n", out Plan? plan);
        Assert.Empty(loaded.Errors.Sorted());
        ConsumerConfig settings = ((KafkaInput)plan!.Messages!).Settings();
        Assert.Null(settings.SessionTimeoutMs);
        Assert.Null(settings.HeartbeatIntervalMs);
        Assert.Null(settings.PartitionAssignmentStrategy);
        Assert.False(GroupMember.LeavesFirst(settings));
    }

    [Fact]
    public void What_only_a_client_refuses_ends_the_start_with_2()
    {
        var settings = new ProducerConfig { BootstrapServers = "127.0.0.1:1", SecurityProtocol = SecurityProtocol.Ssl, SslCaPem = "-----BEGIN CERTIFICATE-----\nnone" };
        StopException asked = Assert.Throws<StopException>(() => Topics.Require(settings, ["a"], "read", "User:ANONYMOUS", new ErrorHandling { MaxAttempts = 1 }));
        StopException made = Assert.Throws<StopException>(() => new ProducerClient(settings, null).Dispose());
        Assert.All([asked, made], stop => Assert.Equal(ExitCode.Configuration, stop.Code));
        Assert.All([asked, made], stop => Assert.Contains("ssl.ca.pem", stop.Message, StringComparison.Ordinal));
    }

    private static void Tells(string stream, int line, int column, params string[] messages)
    {
        LoadedConfig loaded = Load(stream, out Plan? plan);
        Assert.Null(plan);
        ConfigError mistake = Assert.Single(loaded.Errors.Sorted());
        Assert.Equal("kafka_option", mistake.Code);
        Assert.All(messages, message => Assert.Contains(message, mistake.Message, StringComparison.Ordinal));
        Assert.Equal((line, column), (mistake.Place.Line, mistake.Place.Column));
    }

    private static LoadedConfig Load(string stream, out Plan? plan)
    {
        LoadedConfig loaded = Loading.Load($"stream_settings:\n{stream}  schema: {{device: text}}\n");
        Assert.True(loaded.Config is not null, Loading.Text(loaded));
        var catalog = new Catalog();
        catalog.TryAddConnector(new KafkaConnector());
        plan = Planner.Build(loaded.Config, catalog, new PlanOptions { StaysOffline = true }, loaded.Errors);
        return loaded;
    }
}
