using System;
using System.IO;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;
using DataStream.Runtime;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>A file that the settings of clients name goes while a pipeline runs.</summary>
public sealed class LostFileTests(Broker broker)
{
    /// <summary>A client that is wanted then cannot be made: the configuration was good when the run began, and 2 would say that nothing was opened.</summary>
    [Fact]
    public async Task The_run_does_not_end_as_if_the_configuration_were_wrong()
    {
        KafkaNodes nodes = broker.NeedsReal("TLS and SASL");
        string input = await broker.CreateTopicAsync("lost-file");
        await broker.ProduceAsync(input, new Message<byte[]?, byte[]?> { Value = "{\"id\":1}"u8.ToArray() });
        using var scratch = new Scratch();
        string authority = scratch.PathOf("ca.pem");
        File.Copy(nodes.Certificates.Authority, authority);
        await using LivePipeline pipeline = new LivePipeline($$"""
            stream_settings:
              stream_input: {uri: "kafka://{{nodes.Bootstrap(BrokerListener.SaslTls)}}/{{input}}", group: g-{{input}}, options: {topic.metadata.refresh.interval.ms: 500} }
              stream_output: "null:"
              schema: {id: int64}
            performance_tuning: {threads: 1, cpu_affinity: none}
            security_settings: {kafka: {tls: {ca: "{{authority}}"}, sasl: {mechanism: scram-sha-512, username: app, password: "{{KafkaNodes.Password}}"} } }
            """).Start();
        await foreach (MonitoringSnapshot snapshot in pipeline.Processor.PipelineMonitoringAsync(TimeSpan.FromMilliseconds(20), TestContext.Current.CancellationToken))
        {
            if (snapshot.Status.Ledger.In == 1)
            {
                break;
            }
        }

        File.Delete(authority);
        using IAdminClient admin = broker.Admin();
        await admin.DeleteTopicsAsync([input]); // whether it is gone is asked by a client of its own
        RunReport report = await pipeline.Run;
        Assert.Equal((75, 1L), (report.ExitCode, report.Ledger.In));
        Assert.Contains($"the file '{authority}' cannot be read (when the run began it was good)", report.Message, StringComparison.Ordinal);
    }
}
