using System;
using System.Globalization;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;
using DataStream.Runtime;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>A right that is taken away while a pipeline runs ends it with 75: the message has the name, who may not do what, and what to do.</summary>
public sealed class WithdrawnRightsTests(Broker broker)
{
    private const ResourceType TransactionalId = (ResourceType)5; // librdkafka's; Confluent's list lacks it

    [Theory]
    [InlineData("{0}", ResourceType.Topic, AclOperation.Read, "at_least_once", "topic '{0}'", "cannot read as User:app", "its ACL must allow to read and describe the topic")]
    [InlineData("{0}-out", ResourceType.Topic, AclOperation.Write, "at_least_once", "topic '{0}-out'", "cannot write as User:app", "its ACL must allow to write and describe the topic")]
    [InlineData("{0}-out", ResourceType.Topic, AclOperation.Write, "exactly_once", "topic '{0}-out'", "cannot write as User:app", "its ACL must allow to write and describe the topic")]
    [InlineData("g-{0}", ResourceType.Group, AclOperation.Read, "at_least_once", "group 'g-{0}'", "cannot read as User:app", "its ACL must allow to read group 'g-{0}'")]
    [InlineData("datastream-g-{0}", TransactionalId, AclOperation.Write, "exactly_once", "group 'g-{0}'", "as User:app", "transactional ids with the prefix 'datastream-g-{0}'")]
    public async Task A_right_that_is_taken_away_ends_the_run_and_is_named(string resource, ResourceType type, AclOperation operation, string delivery, params string[] says)
    {
        KafkaNodes nodes = broker.NeedsReal("ACLs");
        string input = await broker.CreateTopicAsync("withdrawn");
        using IAdminClient admin = broker.Admin();
        await admin.CreateTopicsAsync([new() { Name = input + "-out", NumPartitions = 1, ReplicationFactor = -1 }]);
        string Name(string pattern) => string.Format(CultureInfo.InvariantCulture, pattern, input);
        AclBinding Acl(string principal, AclOperation what) => new()
        {
            Pattern = new ResourcePattern { Type = type, Name = Name(resource), ResourcePatternType = type == TransactionalId ? ResourcePatternType.Prefixed : ResourcePatternType.Literal },
            Entry = new AccessControlEntry { Principal = principal, Host = "*", Operation = what, PermissionType = AclPermissionType.Allow },
        };
        // One that others have too, so that without it nobody else's rule lets us in.
        await admin.CreateAclsAsync([Acl("User:app", operation), Acl("User:ANONYMOUS", AclOperation.All), Acl("User:app", AclOperation.Describe)]);
        await using LivePipeline pipeline = new LivePipeline($$$"""
            stream_settings:
              stream_input: {uri: "kafka://{{{nodes.Bootstrap(BrokerListener.SaslTls)}}}/{{{input}}}", group: "g-{{{input}}}", offset: earliest, options: {heartbeat.interval.ms: 300}}
              stream_output: "kafka://{{{nodes.Bootstrap(BrokerListener.SaslTls)}}}/{{{input}}}-out"
              schema: {id: int64}
              delivery: {{{delivery}}}
              commit_interval: 20ms
            error_handling: {retry: {max_attempts: 2, backoff: 50ms, max_backoff: 100ms}}
            performance_tuning: {threads: 1, cpu_affinity: none}
            security_settings:
              kafka:
                tls: {ca: "{{{nodes.Certificates.Authority}}}"}
                sasl: {mechanism: scram-sha-512, username: app, password: "{{{KafkaNodes.Password}}}"}
            """).Start();
        await broker.ProduceAsync(input, Row());
        using IConsumer<byte[]?, byte[]?> reader = Clients.Consumer(new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "r-" + input, AutoOffsetReset = AutoOffsetReset.Earliest });
        reader.Assign(new TopicPartitionOffset(input + "-out", 0, Offset.Beginning));
        Assert.NotNull(reader.Consume(TestContext.Current.CancellationToken).Message);
        await admin.DeleteAclsAsync([Acl("User:app", operation).ToFilter()]);
        while (!pipeline.Run.IsCompleted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await broker.ProduceAsync(input, Row());
        }

        RunReport report = await pipeline.Run;
        Assert.Equal(75, report.ExitCode);
        foreach (string word in says)
        {
            Assert.True(report.Message!.Contains(Name(word), StringComparison.Ordinal), report.Message);
        }
    }

    private static Message<byte[]?, byte[]?> Row() => new() { Value = Encoding.UTF8.GetBytes("{\"id\":1}") };
}
