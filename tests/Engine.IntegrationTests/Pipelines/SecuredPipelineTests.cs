using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>Whole runs of the command over secured listeners: what goes through, and what ends with 75 and says why.</summary>
public sealed class SecuredPipelineTests(Broker broker)
{
    private const string Sasl = "sasl: {mechanism: scram-sha-512, username: app, password: \"${secret:env:KAFKA_PASSWORD}\"}";

    [Fact]
    public async Task Rows_go_in_and_out_over_TLS_with_a_password()
    {
        KafkaNodes nodes = broker.NeedsReal("TLS and SASL");
        (string input, string output) = await FilledAsync("secured");
        Outcome outcome = Run(nodes, BrokerListener.SaslTls, input, output, Sasl, KafkaNodes.Password);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["{\"id\":1,\"twice\":2}", "{\"id\":2,\"twice\":4}", "{\"id\":3,\"twice\":6}"], Rows(output));
        Assert.DoesNotContain("plaintext", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_ends_the_run_and_is_not_shown()
    {
        KafkaNodes nodes = broker.NeedsReal("SASL");
        (string input, string output) = await FilledAsync("wrong-password");
        Outcome outcome = Run(nodes, BrokerListener.SaslTls, input, output, Sasl, "canary-9f3e");
        Assert.Equal(75, outcome.Code);
        Assert.DoesNotContain("canary-9f3e", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("uthentication", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("User:app", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_that_may_not_be_read_is_named_with_operation_and_principal()
    {
        KafkaNodes nodes = broker.NeedsReal("ACLs");
        (string input, string output) = await FilledAsync("unreadable");
        await DenyAsync(ResourceType.Topic, input, AclOperation.Read);
        Outcome outcome = Run(nodes, BrokerListener.SaslTls, input, output, Sasl, KafkaNodes.Password);
        Assert.Equal(75, outcome.Code);
        AssertSays(outcome, input, "read", "User:app");
    }

    [Fact]
    public async Task A_topic_that_may_not_be_written_is_named_with_operation_and_principal()
    {
        KafkaNodes nodes = broker.NeedsReal("ACLs");
        (string input, string output) = await FilledAsync("unwritable");
        await DenyAsync(ResourceType.Topic, output, AclOperation.Write);
        Outcome outcome = Run(nodes, BrokerListener.SaslTls, input, output, Sasl, KafkaNodes.Password);
        Assert.Equal(75, outcome.Code);
        AssertSays(outcome, output, "write", "User:app");
    }

    [Fact]
    public async Task A_group_that_may_not_be_joined_is_named_with_the_principal()
    {
        KafkaNodes nodes = broker.NeedsReal("ACLs");
        (string input, string output) = await FilledAsync("ungrouped");
        await DenyAsync(ResourceType.Group, "g-" + input, AclOperation.Read);
        Outcome outcome = Run(nodes, BrokerListener.SaslTls, input, output, Sasl, KafkaNodes.Password);
        Assert.Equal(75, outcome.Code);
        AssertSays(outcome, "g-" + input, "User:app");
    }

    [Fact]
    public async Task A_client_certificate_is_the_principal()
    {
        KafkaNodes nodes = broker.NeedsReal("mutual TLS");
        (string input, string output) = await FilledAsync("certificate");
        Outcome outcome = Run(nodes, BrokerListener.MutualTls, input, output, "", "", $", certificate: \"{nodes.Certificates.Client}\", key: \"{nodes.Certificates.ClientKey}\"");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(3, Rows(output).Length);
    }

    [Theory]
    [InlineData(BrokerListener.MutualTls)]
    [InlineData(BrokerListener.TlsElsewhere)]
    public async Task A_handshake_that_fails_ends_the_run(BrokerListener listener)
    {
        KafkaNodes nodes = broker.NeedsReal("TLS");
        (string input, string output) = await FilledAsync("handshake");
        Outcome outcome = Run(nodes, listener, input, output, "", "");
        Assert.Equal(75, outcome.Code);
        // Of a missing certificate the broker may say nothing and hang up.
        Assert.True(outcome.Error.Contains("SSL", StringComparison.Ordinal) || (listener == BrokerListener.MutualTls && outcome.Error.Contains("isconnected", StringComparison.Ordinal)), outcome.Error);
    }

    private static Outcome Run(KafkaNodes nodes, BrokerListener listener, string input, string output, string sasl, string password, string certificate = "")
    {
        using var scratch = new Scratch();
        string brokers = nodes.Bootstrap(listener);
        scratch.Write("pipeline.yaml", $$$"""
            stream_settings:
              stream_input: {uri: "kafka://{{{brokers}}}/{{{input}}}", group: "g-{{{input}}}", offset: earliest, until: end}
              stream_output: "kafka://{{{brokers}}}/{{{output}}}"
              input_format: json
              output_format: json
              schema: {id: int64}
            modules:
              - {module_name: doubled, module_class: map, set: {twice: "id * 2"}}
            error_handling: {retry: {max_attempts: 2, backoff: 50ms, max_backoff: 100ms}}
            performance_tuning: {threads: 1, cpu_affinity: none, payload_size: 64KiB}
            security_settings:
              kafka:
                tls: {ca: "{{{nodes.Certificates.Authority}}}"{{{certificate}}}}
                {{{sasl}}}
            """);
        return Command.RunWith(scratch.Folder, new Dictionary<string, string> { ["KAFKA_PASSWORD"] = password }, "run", "pipeline.yaml", "--no-progress");
    }

    private async Task<(string Input, string Output)> FilledAsync(string name)
    {
        string input = await broker.CreateTopicAsync(name);
        string output = await broker.CreateTopicAsync(name + "-out");
        await broker.ProduceAsync(input, Enumerable.Range(1, 3).Select(i => new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{i}}}")) }));
        return (input, output);
    }

    private async Task DenyAsync(ResourceType type, string name, AclOperation operation)
    {
        using IAdminClient admin = broker.Admin();
        await admin.CreateAclsAsync([new AclBinding
        {
            Pattern = new ResourcePattern { Type = type, Name = name, ResourcePatternType = ResourcePatternType.Literal },
            Entry = new AccessControlEntry { Principal = "User:app", Host = "*", Operation = operation, PermissionType = AclPermissionType.Deny },
        }]);
    }

    private string[] Rows(string topic) => [.. broker.ReadAll(topic).Select(r => Encoding.UTF8.GetString(r.Message.Value!).TrimEnd())];

    private static void AssertSays(Outcome outcome, params string[] words)
    {
        foreach (string word in words)
        {
            Assert.Contains(word, outcome.Error, StringComparison.OrdinalIgnoreCase);
        }
    }
}
