using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using Confluent.SchemaRegistry.Serdes;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Registry;
using DataStream.Tests.Host;
using Newtonsoft.Json;
using Xunit;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>Whole runs of the command over JSON behind the numbers of schemas in a registry, in and out.</summary>
public sealed class JsonRegistryTests(Broker broker, RegistryServer server)
{
    private const string Columns = "{id: int64, note: text}";
    private const string Framed = "{type: json, framing: confluent}";

    [Fact]
    public async Task Two_JSON_schemas_in_one_topic_are_read_and_what_is_of_none_is_a_letter_with_all_its_bytes()
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        (string topic, string dead) = (await broker.CreateTopicAsync("json-ids"), await broker.CreateTopicAsync("json-ids-dead"));
        int first = await RegisterAsync(registry, topic + "-one", "{\"type\":\"object\",\"properties\":{\"id\":{\"type\":\"integer\"}}}", SchemaType.Json);
        int second = await RegisterAsync(registry, topic + "-two", "{\"type\":\"object\",\"properties\":{\"note\":{\"type\":\"string\"}}}", SchemaType.Json);
        int avro = await RegisterAsync(registry, topic + "-avro", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"id\",\"type\":\"int\"}]}", SchemaType.Avro);
        Assert.Equal(3, new HashSet<int>([first, second, avro]).Count);
        byte[][] letters = [Message(99_999, "{\"id\":3}"), Message(avro, "{\"id\":4}"), Message(-1, "{\"id\":5}"), Message(0, "{\"id\":6}"), Message(int.MaxValue, "{\"id\":7}"), [0, 0, 0, 0, (byte)first], Message(first, "{\"id\":\0}")];
        await ProduceAsync(topic, [Message(first, "{\"id\":1}"), Message(second, "{\"note\":\"x\"}"), "{\"id\":2}"u8.ToArray(), .. letters, Message(first, "{\n\"id\": 8\n}")]);
        using var scratch = new Scratch();
        Outcome outcome = Run(scratch, url, topic, "file:out.ndjson", dead: $"\"kafka://{broker.Bootstrap}/{dead}\"");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("{\"id\":1,\"note\":null}\n{\"id\":null,\"note\":\"x\"}\n{\"id\":2,\"note\":null}\n{\"id\":8,\"note\":null}\n", scratch.Read("out.ndjson"));
        IReadOnlyList<ConsumeResult<byte[]?, byte[]?>> sent = broker.ReadAll(dead);
        Assert.Equal(letters, sent.Select(letter => letter.Message.Value!));
        Assert.Equal(["unknown_schema", "unknown_schema", "unknown_schema", "unknown_schema", "unknown_schema", "bad_json", "bad_json"], sent.Select(letter => Encoding.UTF8.GetString(letter.Message.Headers.GetLastBytes("ds.reason"))));
    }

    [Fact]
    public async Task A_letter_is_replayed_when_its_schema_is_known()
    {
        string topic = await broker.CreateTopicAsync("json-replay");
        string dead = await broker.CreateTopicAsync("json-replay-dead");
        await ProduceAsync(topic, Message(5, "{\"id\":1}"));
        bool isKnown = false;
        using var stub = new RegistryStub((_, _) => isKnown ? (200, "{\"schema\":\"{}\",\"schemaType\":\"JSON\"}") : (404, "{\"error_code\":40403,\"message\":\"Schema not found\"}"));
        using var scratch = new Scratch();
        Assert.Equal(65, Run(scratch, stub.Url, topic, "file:out.ndjson", dead: $"\"kafka://{broker.Bootstrap}/{dead}\"").Code);
        isKnown = true;
        Outcome outcome = Command.Run(scratch.Folder, "dead", "replay", "--from", $"kafka://{broker.Bootstrap}/{dead}", "pipeline.yaml");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("{\"id\":1,\"note\":null}\n", scratch.Read("out.ndjson"));
    }

    [Fact]
    public async Task A_registry_that_is_away_ends_the_run_and_kills_nothing()
    {
        string topic = await broker.CreateTopicAsync("json-no-registry");
        await ProduceAsync(topic, "{\"id\":1}"u8.ToArray(), Message(1, "{\"id\":2}"));
        using var stub = new RegistryStub((_, _) => (503, "{}"));
        using var scratch = new Scratch();
        Outcome outcome = Run(scratch, stub.Url, topic, "file:out.ndjson");
        Assert.True(outcome.Code == 75, $"{outcome.Code}: {outcome.Error}");
        Assert.Contains("schema registry", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(2, stub.Requests.Count); // max_attempts
        Assert.Equal("", scratch.Read("dead.ndjson"));

        using var back = new RegistryStub((_, _) => (200, "{\"schema\":\"{}\",\"schemaType\":\"JSON\"}"));
        outcome = Run(scratch, back.Url, topic, "file:again.ndjson");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.EndsWith("{\"id\":2,\"note\":null}\n", scratch.Read("again.ndjson"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_is_asked_for_once_by_both_halves_of_a_run()
    {
        broker.NeedsReal("transactions");
        string topic = await broker.CreateTopicAsync("json-keys", partitions: 3);
        await broker.ProduceAsync(topic, Enumerable.Range(0, 60).Select(i => new Message<byte[]?, byte[]?> { Key = [(byte)i], Value = Message(5 + (i % 3), $"{{\"id\":{i},\"note\":\"k{i % 2}\"}}") }));
        using var stub = new RegistryStub((_, request) => request.Url!.AbsolutePath.EndsWith("/7", StringComparison.Ordinal) ? (404, "{\"error_code\":40403,\"message\":\"Schema not found\"}") : (200, "{\"schema\":\"{}\",\"schemaType\":\"JSON\"}"));
        using var scratch = new Scratch();
        Outcome outcome = Run(scratch, stub.Url, topic, "file:out.ndjson", more: ", partitioned_by: repartition",
            modules: "modules: [{module_name: all, module_class: window, global: true, key: [note], aggregates: {n: count()}}]");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(["{\"note\":\"k0\",\"n\":20}", "{\"note\":\"k1\",\"n\":20}"], Lines(scratch, "out.ndjson").Order(StringComparer.Ordinal));
        Assert.Equal(20, Lines(scratch, "dead.ndjson").Count(letter => letter.Contains("\"unknown_schema\"", StringComparison.Ordinal)));
        Assert.Equal(3, stub.Requests.Count);
    }

    /// <summary>Confluent's own reader finds the schema by the number and reads the rows; and they are what the schema says.</summary>
    [Fact]
    public async Task What_is_written_is_read_by_Confluents_reader_and_is_as_its_schema_says()
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        (string topic, string output) = (await broker.CreateTopicAsync("json-in"), await broker.CreateTopicAsync("json-out"));
        await ProduceAsync(topic, "{\"id\":9007199254740993,\"v\":-1.5e-7,\"d\":12.3,\"ok\":true,\"at\":\"2026-01-02T03:04:05.678901Z\",\"note\":\"a \\\"longer\\\" text: é, and forty characters more of it\"}"u8.ToArray(), "{}"u8.ToArray());
        using var scratch = new Scratch();
        Outcome outcome = Run(scratch, url, topic, $"\"kafka://{broker.Bootstrap}/{output}\"", Framed, columns: "{id: int64, v: float64, d: decimal(2), ok: bool, at: timestamp, note: text}");
        Assert.True(outcome.Code == 0, outcome.Error);

        byte[][] written = [.. broker.ReadAll(output).Select(row => row.Message.Value!)];
        RegisteredSchema registered = await registry.GetLatestSchemaAsync(output + "-value");
        Assert.Equal(SchemaType.Json, registered.SchemaType);
        Assert.All(written, row => Assert.Equal(Message(registered.Id, ""), row[..5]));
        NJsonSchema.JsonSchema schema = await NJsonSchema.JsonSchema.FromJsonAsync(registered.SchemaString, TestContext.Current.CancellationToken);
        Assert.All(written, row => Assert.Empty(schema.Validate(Encoding.UTF8.GetString(row[5..]))));
        foreach (string other in (string[])["{\"id\":1.5}", "{\"id\":\"1\"}", "{\"v\":\"1\"}", "{\"d\":true}", "{\"ok\":1}", "{\"at\":\"yesterday\"}", "{\"at\":1}", "{\"note\":1}", "{\"more\":null}"])
        {
            Assert.True(schema.Validate(other).Count > 0, other);
        }

        var reader = new JsonDeserializer<Row>(registry);
        var place = new SerializationContext(MessageComponentType.Value, output);
        Row[] rows = [await reader.DeserializeAsync(written[0], isNull: false, place), await reader.DeserializeAsync(written[1], isNull: false, place)];
        Assert.Equal(new Row { Id = 9007199254740993, V = -1.5e-7, D = 12.30m, Ok = true, At = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(6_789_010), Note = "a \"longer\" text: é, and forty characters more of it" }, rows[0]);
        Assert.Equal(new Row(), rows[1]);

        outcome = Run(scratch, url, output, "file:back.ndjson", columns: "{id: int64, v: float64, d: decimal(2), ok: bool, at: timestamp, note: text}");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(written.Select(row => Encoding.UTF8.GetString(row[5..])), Lines(scratch, "back.ndjson"));
    }

    [Fact]
    public async Task Plain_JSON_has_no_number_and_registers_nothing()
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        (string topic, string output) = (await broker.CreateTopicAsync("plain-in"), await broker.CreateTopicAsync("plain-out"));
        await ProduceAsync(topic, "{\"id\":1}"u8.ToArray());
        using var scratch = new Scratch();
        Outcome outcome = Run(scratch, url, topic, $"\"kafka://{broker.Bootstrap}/{output}\"");
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal("{\"id\":1,\"note\":null}", Encoding.UTF8.GetString(Assert.Single(broker.ReadAll(output)).Message.Value!));
        Assert.DoesNotContain(output + "-value", await registry.GetAllSubjectsAsync());
    }

    [Fact]
    public async Task Where_nothing_may_be_registered_a_missing_schema_ends_the_run_before_the_first_row()
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        (string topic, string output) = (await broker.CreateTopicAsync("closed-in"), await broker.CreateTopicAsync("closed-out"));
        await ProduceAsync(topic, "{\"id\":1}"u8.ToArray());
        using var scratch = new Scratch();
        Outcome outcome = Run(scratch, url, topic, $"\"kafka://{broker.Bootstrap}/{output}\"", Framed, register: false);
        Assert.True(outcome.Code == 75 && outcome.Error.Contains($"no such schema under subject '{output}-value'", StringComparison.Ordinal), $"{outcome.Code}: {outcome.Error}");
        Assert.Empty(broker.ReadAll(output));

        // The message says what to register.
        string schema = outcome.Error[outcome.Error.IndexOf("{\"$schema\"", StringComparison.Ordinal)..(outcome.Error.LastIndexOf('}') + 1)];
        int id = await RegisterAsync(registry, output + "-value", schema, SchemaType.Json);
        outcome = Run(scratch, url, topic, $"\"kafka://{broker.Bootstrap}/{output}\"", Framed, register: false);
        Assert.True(outcome.Code == 0, outcome.Error);
        Assert.Equal(Message(id, "{\"id\":1,\"note\":null}"), Assert.Single(broker.ReadAll(output)).Message.Value!);
    }

    private async Task<(string Url, CachedSchemaRegistryClient Client)> RegistryAsync()
    {
        string url = await server.UrlAsync();
        return (url, new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = url }));
    }

    private static Task<int> RegisterAsync(CachedSchemaRegistryClient registry, string subject, string schema, SchemaType type) => registry.RegisterSchemaAsync(subject, new Schema(schema, type));

    private Task ProduceAsync(string topic, params byte[][] values) => broker.ProduceAsync(topic, values.Select(value => new Message<byte[]?, byte[]?> { Value = value }));

    private Outcome Run(Scratch scratch, string registry, string topic, string output, string format = "json", string columns = Columns, string dead = "file:dead.ndjson", bool register = true, string more = "", string modules = "")
    {
        scratch.Write("pipeline.yaml", $$$"""
            stream_settings:
              stream_input: {uri: "kafka://{{{broker.Bootstrap}}}/{{{topic}}}", group: "g-{{{topic}}}", until: end{{{more}}} }
              stream_output: {main: {{{output}}}, dead: {{{dead}}}}
              input_format: json
              output_format: {{{format}}}
              schema: {{{columns}}}
            {{{modules}}}
            error_handling: {retry: {max_attempts: 2, backoff: 10ms, max_backoff: 20ms}}
            performance_tuning: {threads: 1, cpu_affinity: none}
            security_settings: {schema_registry: {url: "{{{registry}}}", register: {{{(register ? "true" : "false")}}}}}
            """);
        return Command.Run(scratch.Folder, "run", "pipeline.yaml", "--no-progress");
    }

    private static string[] Lines(Scratch scratch, string name) => scratch.Read(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static byte[] Message(int id, string json)
    {
        byte[] head = new byte[5];
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(1), id);
        return [.. head, .. Encoding.UTF8.GetBytes(json)];
    }

    /// <summary>What a program makes of the rows.</summary>
    private sealed record Row
    {
        [JsonProperty("id")]
        public long? Id { get; set; }

        [JsonProperty("v")]
        public double? V { get; set; }

        [JsonProperty("d")]
        public decimal? D { get; set; }

        [JsonProperty("ok")]
        public bool? Ok { get; set; }

        [JsonProperty("at")]
        public DateTime? At { get; set; }

        [JsonProperty("note")]
        public string? Note { get; set; }
    }
}
