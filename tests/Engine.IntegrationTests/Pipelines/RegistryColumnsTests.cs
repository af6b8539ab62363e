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

/// <summary>Avro without <c>schema</c>: the columns are those of the latest schema that the registry has of the topic.</summary>
public sealed class RegistryColumnsTests(Broker broker, RegistryServer server)
{
    private const string Id = "{\"name\":\"id\",\"type\":\"int\"}";
    private const string Region = "{\"name\":\"region\",\"type\":\"string\",\"default\":\"eu\"}";

    /// <summary>The latest schema is the reader's, with its defaults; a message whose schema does not fit dies alone.</summary>
    [Fact]
    public async Task The_latest_schema_gives_the_columns_and_what_older_messages_lack()
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        string topic = await broker.CreateTopicAsync("told");
        int first = await RegisterAsync(registry, topic, Id);
        int second = await RegisterAsync(registry, topic, Id, Region);
        int other = await registry.RegisterSchemaAsync(topic + "-other", new Schema("{\"type\":\"record\",\"name\":\"Other\",\"fields\":[{\"name\":\"x\",\"type\":\"int\"}]}", SchemaType.Avro));
        await ProduceAsync(topic, Message(first, 2), Message(second, [4, 4, .. "us"u8]), Message(other, 2), Message(first, 6));
        using var scratch = new Scratch();
        Outcome outcome = Run(scratch, url, topic, ", until: end");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("{\"id\":1,\"region\":\"eu\"}\n{\"id\":2,\"region\":\"us\"}\n{\"id\":3,\"region\":\"eu\"}\n", scratch.Read("out.ndjson"));
        Assert.Contains("\"bad_avro\"", Assert.Single(scratch.Read("dead.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Outcome plan = Command.Run(scratch.Folder, "explain", "pipeline.yaml");
        Assert.True(plan.Code == 0 && plan.Output.Contains("region", StringComparison.Ordinal), plan.Output + plan.Error);
    }

    [Fact]
    public async Task Several_topics_have_the_columns_of_all_or_are_told_one_subject()
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        (string one, string same, string unlike) = (await broker.CreateTopicAsync("told-a"), await broker.CreateTopicAsync("told-b"), await broker.CreateTopicAsync("told-c"));
        int id = await RegisterAsync(registry, one, Id);
        await RegisterAsync(registry, same, Id);
        int wide = await RegisterAsync(registry, unlike, Id, Region);
        await ProduceAsync(one, Message(id, 2));
        await ProduceAsync(same, Message(id, 4));
        await ProduceAsync(unlike, Message(wide, [6, 4, .. "us"u8]));
        using var scratch = new Scratch();
        Outcome both = Run(scratch, url, $"{one},{same}", ", until: end");
        Assert.True(both.Code == 0, both.Error);
        Assert.Equal(["{\"id\":1}", "{\"id\":2}"], scratch.Read("out.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Outcome refused = Run(scratch, url, $"{one},{unlike}", ", until: end");
        Assert.True(refused.Code == 2 && refused.Error.Contains($"'{one}-value' and '{unlike}-value' are of different records or columns", StringComparison.Ordinal), $"{refused.Code}: {refused.Error}");
        Outcome named = Run(scratch, url, $"{one},{unlike}", $", until: end, subject: {unlike}-value", "again");
        Assert.True(named.Code == 0, named.Error);
        Assert.Equal(["{\"id\":1,\"region\":\"eu\"}", "{\"id\":3,\"region\":\"us\"}"], scratch.Read("out.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_subject_that_is_not_there_or_no_Avro_ends_the_run_before_it_reads()
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        string topic = await broker.CreateTopicAsync("untold");
        using var scratch = new Scratch();
        Outcome nothing = Run(scratch, url, topic, ", until: end");
        Assert.True(nothing.Code == 75 && nothing.Error.Contains($"has nothing under subject '{topic}-value'", StringComparison.Ordinal), $"{nothing.Code}: {nothing.Error}");
        await registry.RegisterSchemaAsync(topic + "-value", new Schema("{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\"}", SchemaType.Json));
        Outcome json = Run(scratch, url, topic, ", until: end");
        Assert.True(json.Code == 65 && json.Error.Contains("Json", StringComparison.OrdinalIgnoreCase), $"{json.Code}: {json.Error}");
    }

    /// <summary><c>check</c> asks nobody, and finds what can be found without the columns; with <c>--connect</c> it asks for topics and schemas.</summary>
    [Fact]
    public async Task Check_asks_the_network_only_where_it_is_told_to()
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        string topic = await broker.CreateTopicAsync("checked");
        using var scratch = new Scratch();
        Write(scratch, "http://127.0.0.1:1", topic, "");
        Outcome offline = Command.Run(scratch.Folder, "check", "pipeline.yaml");
        Assert.True(offline.Code == 0, offline.Error);
        Write(scratch, url, topic, "", modules: "modules: [{module_name: m, module_class: map, set: {twice: \"id * 2\", wrong: \"sqrt(\"}}, {module_name: n, module_class: filter, where: nothing}]");
        Outcome faulty = Command.Run(scratch.Folder, "check", "pipeline.yaml");
        Assert.True(faulty.Code == 2 && faulty.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 1, faulty.Error);
        Write(scratch, url, topic, "");
        Outcome untold = Command.Run(scratch.Folder, "check", "pipeline.yaml", "--connect");
        Assert.True(untold.Code == 75 && untold.Error.Contains("has nothing under subject", StringComparison.Ordinal), $"{untold.Code}: {untold.Error}");
        await RegisterAsync(registry, topic, Id);
        Outcome good = Command.Run(scratch.Folder, "check", "pipeline.yaml", "--connect");
        Assert.True(good.Code == 0, good.Error);
        Outcome absent = Command.Run(scratch.Folder, "check", "pipeline.yaml", "--connect", "--stream-output", $"kafka://{broker.Bootstrap}/not-there-{topic}");
        Assert.True(absent.Code == 75 && absent.Error.Contains($"not-there-{topic}", StringComparison.Ordinal), $"{absent.Code}: {absent.Error}");
    }

    /// <summary>Both halves of a run with a topic in between see one set of columns, with one default: older messages and newer ones of a key meet.</summary>
    [Fact]
    public async Task Keys_by_default_and_by_value_are_one_key_behind_a_repartition()
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        string topic = await broker.CreateTopicAsync("told-keys", partitions: 3);
        int first = await RegisterAsync(registry, topic, Id);
        int second = await RegisterAsync(registry, topic, Id, Region);
        await broker.ProduceAsync(topic, Enumerable.Range(0, 60).Select(i => new Message<byte[]?, byte[]?> { Key = [(byte)i], Value = i % 2 == 0 ? Message(first, 2) : Message(second, [2, 4, .. "eu"u8]) }));
        using var scratch = new Scratch();
        Outcome outcome = Run(scratch, url, topic, ", until: end, partitioned_by: repartition", modules: "modules: [{module_name: all, module_class: window, global: true, key: [region], aggregates: {n: count()}}]");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("{\"region\":\"eu\",\"n\":60}\n", scratch.Read("out.ndjson"));
    }

    [Fact]
    public async Task Letters_are_replayed_with_the_columns_of_the_topic_that_they_come_from()
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        string topic = await broker.CreateTopicAsync("told-replay");
        string dead = await broker.CreateTopicAsync("told-replay-dead");
        int id = await RegisterAsync(registry, topic, Id);
        await ProduceAsync(dead, Message(id, 14));
        using var scratch = new Scratch();
        Write(scratch, url, topic, "");
        Outcome outcome = Command.Run(scratch.Folder, "dead", "replay", "--from", $"kafka://{broker.Bootstrap}/{dead}", "pipeline.yaml");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("{\"id\":7}\n", scratch.Read("out.ndjson"));
    }

    private async Task<(string Url, CachedSchemaRegistryClient Client)> RegistryAsync()
    {
        string url = await server.UrlAsync();
        return (url, new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = url }));
    }

    private static Task<int> RegisterAsync(CachedSchemaRegistryClient registry, string topic, params string[] fields) =>
        registry.RegisterSchemaAsync(topic + "-value", new Schema($"{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{string.Join(',', fields)}]}}", SchemaType.Avro));

    private Task ProduceAsync(string topic, params byte[][] values) => broker.ProduceAsync(topic, values.Select(v => new Message<byte[]?, byte[]?> { Value = v }));

    private Outcome Run(Scratch scratch, string url, string topics, string more, string group = "", string modules = "")
    {
        Write(scratch, url, topics, more, group, modules);
        return Command.Run(scratch.Folder, "run", "pipeline.yaml", "--no-progress");
    }

    private void Write(Scratch scratch, string url, string topics, string more, string group = "", string modules = "") => scratch.Write("pipeline.yaml", $$$"""
        stream_settings:
          stream_input: {uri: "kafka://{{{broker.Bootstrap}}}/{{{topics}}}", group: "g-{{{topics.Replace(',', '-')}}}{{{group}}}"{{{more}}} }
          stream_output: {main: file:out.ndjson, dead: file:dead.ndjson}
          input_format: avro
          output_format: json
        {{{modules}}}
        error_handling: {retry: {max_attempts: 2, backoff: 10ms, max_backoff: 20ms}}
        performance_tuning: {threads: 1, cpu_affinity: none}
        security_settings: {schema_registry: {url: "{{{url}}}"}}
        """);

    private static byte[] Message(int id, params byte[] datum)
    {
        byte[] head = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), id);
        return [.. head, .. datum];
    }
}
