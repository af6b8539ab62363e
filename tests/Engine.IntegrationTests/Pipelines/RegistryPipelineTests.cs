using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Registry;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>Whole runs of the command over messages whose schemas are in a registry.</summary>
public sealed class RegistryPipelineTests(Broker broker, RegistryServer server)
{
    [Fact]
    public async Task Two_writer_schemas_in_one_topic_come_out_in_one_set_of_columns()
    {
        string url = await server.UrlAsync();
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = url });
        string topic = await broker.CreateTopicAsync("evolving");
        int first = await client.RegisterSchemaAsync(topic + "-value", new Schema(Record("{\"name\":\"id\",\"type\":\"int\"}"), SchemaType.Avro));
        int second = await client.RegisterSchemaAsync(topic + "-value", new Schema(Record("{\"name\":\"id\",\"type\":\"int\"},{\"name\":\"note\",\"type\":[\"null\",\"string\"],\"default\":null}"), SchemaType.Avro));
        Assert.NotEqual(first, second);
        await broker.ProduceAsync(topic, new[] { Message(first, [2]), Message(second, [4, 2, 2, (byte)'x']), Message(first, [6]), Message(99_999, [2]), Message(second, [8, 0]) }.Select(v => new Message<byte[]?, byte[]?> { Value = v }));
        Outcome outcome = Run(url, topic, "file:out.ndjson", out string rows, out string dead);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("{\"id\":1,\"note\":null}\n{\"id\":2,\"note\":\"x\"}\n{\"id\":3,\"note\":null}\n{\"id\":4,\"note\":null}\n", rows);
        Assert.Contains("\"unknown_schema\"", Assert.Single(dead.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_registry_that_is_away_ends_the_run_and_kills_nothing()
    {
        string topic = await broker.CreateTopicAsync("no-registry");
        await broker.ProduceAsync(topic, [new Message<byte[]?, byte[]?> { Value = Message(1, [2]) }]);
        using var stub = new RegistryStub((_, _) => (503, "{}"));
        Outcome outcome = Run(stub.Url, topic, "file:out.ndjson", out _, out string dead);
        Assert.True(outcome.Code == 75, $"{outcome.Code}: {outcome.Error}");
        Assert.Contains("schema registry", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("", dead);
    }

    [Fact]
    public async Task What_is_written_can_be_read_by_its_registered_schema()
    {
        string url = await server.UrlAsync();
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = url });
        string topic = await broker.CreateTopicAsync("written-in");
        string output = await broker.CreateTopicAsync("written-out");
        int id = await client.RegisterSchemaAsync(topic + "-value", new Schema(Record("{\"name\":\"id\",\"type\":\"int\"},{\"name\":\"note\",\"type\":\"string\"}"), SchemaType.Avro));
        await broker.ProduceAsync(topic, [new Message<byte[]?, byte[]?> { Value = Message(id, [2, 2, (byte)'x']) }]);
        Outcome outcome = Run(url, topic, $"\"kafka://{broker.Bootstrap}/{output}\"", out _, out _);
        Assert.True(outcome.Code == 0, outcome.Error);
        byte[] written = Assert.Single(broker.ReadAll(output)).Message.Value!;
        RegisteredSchema registered = await client.GetLatestSchemaAsync(output + "-value");
        Assert.Equal(Message(registered.Id, [2, 2, 2, 2, (byte)'x']), written);
        Assert.Contains("\"note\"", registered.SchemaString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_behind_a_schemas_number_is_JSON_where_there_is_no_registry()
    {
        string topic = await broker.CreateTopicAsync("json-wire");
        await broker.ProduceAsync(topic, new[] { Message(7, [.. "{\"id\":1}"u8]), [.. "{\"id\":2}"u8] }.Select(v => new Message<byte[]?, byte[]?> { Value = v }));
        Outcome outcome = Run(null, topic, "file:out.ndjson", out string rows, out _, "json");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("{\"id\":1,\"note\":null}\n{\"id\":2,\"note\":null}\n", rows);
    }

    private Outcome Run(string? registry, string topic, string output, out string rows, out string dead, string format = "avro")
    {
        using var scratch = new Scratch();
        scratch.Write("pipeline.yaml", $$$"""
            stream_settings:
              stream_input: {uri: "kafka://{{{broker.Bootstrap}}}/{{{topic}}}", group: "g-{{{topic}}}", offset: earliest, until: end}
              stream_output: {main: {{{output}}}, dead: file:dead.ndjson}
              input_format: {{{format}}}
              output_format: {{{(output.Contains("kafka", StringComparison.Ordinal) ? "avro" : "json")}}}
              schema: {id: int64, note: text}
            error_handling: {retry: {max_attempts: 2, backoff: 10ms, max_backoff: 20ms}}
            performance_tuning: {threads: 1, cpu_affinity: none}
            {{{(registry is null ? "" : $"security_settings: {{schema_registry: {{url: \"{registry}\"}}}}")}}}
            """);
        Outcome outcome = Command.Run(scratch.Folder, "run", "pipeline.yaml", "--no-progress");
        rows = scratch.Has("out.ndjson") ? scratch.Read("out.ndjson") : "";
        dead = scratch.Has("dead.ndjson") ? scratch.Read("dead.ndjson") : "";
        return outcome;
    }

    private static string Record(string fields) => $"{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{fields}]}}";

    private static byte[] Message(int id, byte[] datum)
    {
        byte[] head = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), id);
        return [.. head, .. datum];
    }
}
