using System.Linq;
using DataStream.Config;
using DataStream.Kafka;
using DataStream.Plans;
using DataStream.Tests.Config;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>What is wrong with a <c>kafka:</c> endpoint is told at its place, all at once, and without a network.</summary>
public sealed class KafkaConfigTests
{
    private const string Schema = "  schema: {device: text, value: float64, at: timestamp}\n";

    [Theory]
    [InlineData("{uri: 'kafka://h:9092/orders', group: g}")]
    [InlineData("{uri: 'kafka://h:9092,i:9093/orders,refunds', group: g, offset: latest, until: end}")]
    [InlineData("{uri: 'kafka://h:9092/^orders-.*', group: g, options: {client.rack: a, max.poll.interval.ms: 60000}}")]
    [InlineData("kafka://h:9092/orders?group=g")]
    [InlineData("{uri: 'kafka://h:9092/^a-[0-9]+$', group: g}")]
    [InlineData("{uri: 'kafka://h:9092/^a-\\d+$', group: g, options: {group.protocol: consumer}}")]
    public void An_input_is_read(string input) => Assert.NotNull(Build($"  stream_input: {input}\n  stream_output: stdout\n{Schema}").Plan);

    [Theory]
    [InlineData("{uri: 'kafka://h:9092/', group: g}", "bad_uri", "names no topic")]
    [InlineData("{uri: 'kafka://h:9092/a b', group: g}", "bad_uri", "no topic's name")]
    [InlineData("{uri: 'kafka://h:9092/^a(', group: g}", "bad_uri", "no pattern")]
    [InlineData("{uri: 'kafka://h:9092/^a-\\d+$', group: g}", "bad_uri", "has no '\\d'")]
    [InlineData("{uri: 'kafka://h:9092/a?groop=g'}", "bad_uri", "'groop'")]
    [InlineData("{uri: 'kafka://h:9092/a?group=g', group: f}", "bad_value", "one place is enough")]
    [InlineData("{uri: 'kafka://h:9092/a', group: ''}", "bad_value", "'group' is a name")]
    [InlineData("{uri: 'kafka://h:9092/a', offset: newest}", "bad_value", "earliest or latest")]
    [InlineData("{uri: 'kafka://h:9092/a', until: '2026'}", "bad_value", "'until' is end")]
    [InlineData("{uri: 'kafka://h:9092/a', gruop: g}", "unknown_key", "group")]
    [InlineData("{uri: 'kafka://h:9092/^a.*', partitioned_by: repartition}", "not_supported", "repartition")]
    [InlineData("{uri: 'kafka://h:9092/a', options: {enable.auto.commit: true}}", "kafka_option", "acknowledged")]
    [InlineData("{uri: 'kafka://h:9092/a', options: {enable.auto.offset.store: true}}", "kafka_option", "acknowledged")]
    [InlineData("['kafka://h:9092/a?group=g', stdin]", "not_supported", "stands alone")]
    [InlineData("{uri: 'kafka://h:9092/a', subject: a-value}", "bad_value", "without 'schema'")]
    public void A_mistake_in_an_input_is_told(string input, string code, string message) =>
        Tells($"  stream_input: {input}\n  stream_output: stdout\n{Schema}", code, message);

    [Theory]
    [InlineData("{uri: 'kafka://h:9092/a,b'}", "bad_uri", "one topic")]
    [InlineData("{uri: 'kafka://h:9092/a?group=g'}", "bad_uri", "no parameters")]
    [InlineData("{uri: 'kafka://h:9092/a', key: devise}", "unknown_column", "device")]
    [InlineData("{uri: 'kafka://h:9092/a', timestamp: value}", "bad_type", "timestamp")]
    [InlineData("{uri: 'kafka://h:9092/a', format: table}", "bad_format", "for people")]
    [InlineData("{uri: 'kafka://h:9092/a', kee: device}", "unknown_key", "key")]
    [InlineData("{uri: 'kafka://h:9092/a', options: {acks: 1}}", "kafka_option", "always acknowledge")]
    public void A_mistake_in_an_output_is_told(string output, string code, string message) =>
        Tells($"  stream_input: {{uri: 'stdin:'}}\n  stream_output: {{main: {output}}}\n{Schema}", code, message);

    [Theory]
    [InlineData("{type: csv, header: true}", "no header")]
    [InlineData("{type: json, framing: values}", "one object")]
    [InlineData("{type: csv, encoding: latin-1}", "UTF-8")]
    public void A_format_that_is_for_files_is_told(string format, string message) =>
        Tells($"  stream_input: kafka://h:9092/a?group=g\n  stream_output: stdout\n  input_format: {format}\n{Schema}", "bad_format", message);

    [Theory]
    [InlineData("stream_output: {main: 'kafka://h:9092/b', copy: {uri: 'file:copy.json', format: json, where: 'value > 1'}}", "output_format: {type: json, framing: confluent}", "")]
    [InlineData("stream_output: {main: 'kafka://h:9092/b', copy: {uri: 'file:copy.json', where: 'value > 1'}}", "output_format: {type: json, framing: confluent}", "4:40 bad_value: 'framing: confluent' is for topics, and output 'copy' is none")]
    [InlineData("stream_output: stdout", "output_format: {type: json, framing: confluent}", "4:40 bad_value: 'framing: confluent' is for topics, and output 'main' is none")]
    [InlineData("stream_output: 'kafka://h:9092/b'", "output_format: {type: json, framing: values}", "4:40 bad_value: 'framing: values' is for inputs: rows are written one a line")]
    [InlineData("stream_output: stdout", "input_format: {type: json, framing: confluent}", "4:39 bad_value: 'framing: confluent' is for outputs; leave it out: a message that begins with a schema's number is known by that")]
    [InlineData("stream_output: 'kafka://h:9092/b'", "output_format: {type: json, framing: confluent}", "4:18 bad_format: output 'main' takes messages: with 'framing: confluent' a registry gives the rows' schema its number: name it in security_settings.schema_registry", false)]
    [InlineData("stream_output: {main: {uri: 'kafka://h:9092/b', format: {type: json, framing: confluent}}}", "output_format: csv", "3:59 bad_format: output 'main' takes messages: with 'framing: confluent' a registry gives the rows' schema its number: name it in security_settings.schema_registry", false)]
    public void Rows_behind_a_schemas_number_are_for_topics_beside_a_registry(string output, string format, string told, bool hasRegistry = true)
    {
        LoadedConfig loaded = Loading.Load($"stream_settings:\n  stream_input: kafka://h:9092/a?group=g\n  {output}\n  {format}\n{Schema}{(hasRegistry ? "security_settings: {schema_registry: {url: 'http://localhost:1'}}\n" : "")}");
        var catalog = new Catalog();
        catalog.TryAddConnector(new KafkaConnector());
        Plan? plan = Planner.Build(loaded.Config!, catalog, new PlanOptions(), loaded.Errors);
        Assert.Equal(told, Loading.Text(loaded).Replace("config.yaml:", "", System.StringComparison.Ordinal).Replace(": error", "", System.StringComparison.Ordinal));
        Assert.Equal(told.Length == 0, plan is not null);
    }

    [Theory]
    [InlineData("{uri: 'kafka://h:9092/a'}", "security_settings: {schema_registry: {url: 'http://localhost:1'}}", "")]
    [InlineData("{uri: 'kafka://h:9092/^a.*', subject: a-value}", "security_settings: {schema_registry: {url: 'http://localhost:1'}}", "")]
    [InlineData("{uri: 'kafka://h:9092/^a.*'}", "security_settings: {schema_registry: {url: 'http://localhost:1'}}", "missing_key")]
    [InlineData("{uri: 'kafka://h:9092/a', subject: ''}", "security_settings: {schema_registry: {url: 'http://localhost:1'}}", "bad_value")]
    [InlineData("{uri: 'kafka://h:9092/a'}", "", "missing_key")]
    public void Columns_may_be_a_registrys_to_tell(string input, string more, string code)
    {
        LoadedConfig loaded = Loading.Load($"stream_settings:\n  stream_input: {input}\n  stream_output: stdout\n  input_format: avro\n{more}\n");
        var catalog = new Catalog();
        catalog.TryAddConnector(new KafkaConnector());
        Assert.Null(Planner.Build(loaded.Config!, catalog, new PlanOptions { StaysOffline = true }, loaded.Errors));
        Assert.Equal(code, string.Join(',', loaded.Errors.Sorted().Select(e => e.Code)));
    }

    [Theory]
    [InlineData("", "[device]", false)]
    [InlineData("", "[_key]", true)]
    [InlineData("", "[_key, device]", true)]
    [InlineData(", partitioned_by: message_key", "[device]", true)]
    public void Keyed_state_says_how_its_key_is_partitioned(string input, string key, bool good)
    {
        foreach (string module in new[] { $"{{module_name: m, module_class: window, count: 3, key: {key}, aggregates: {{n: count()}}}}", $"{{module_name: m, module_class: fill, field: value, with: previous, key: {key}}}" })
        {
            (Plan? plan, ConfigErrors errors) = Build($"  stream_input: {{uri: 'kafka://h:9092/a', group: g{input}}}\n  stream_output: stdout\n{Schema}modules:\n  - {module}\n");
            Assert.Equal(good ? "" : "partitioning", string.Join(',', errors.Sorted().Select(e => e.Code)));
            Assert.Equal(good, plan is { HasTasks: true, NeedsOnePartition: null });
        }
    }

    [Fact]
    public void The_group_is_named_after_the_file_and_a_name_needs_no_quotes()
    {
        (Plan? plan, _) = Build($"  stream_input: kafka://h:9092/a\n  stream_output: stdout\n{Schema}");
        Assert.Equal("datastream-" + System.IO.Path.GetFileNameWithoutExtension(plan!.Config.File), ((KafkaInput)plan.Messages!).Group);
    }

    [Fact]
    public void What_the_clients_hold_stands_in_the_budget()
    {
        (Plan? plan, _) = Build($"  stream_input: kafka://h:9092/a?group=g\n  stream_output: kafka://h:9092/b\n{Schema}");
        Assert.Contains(plan!.FixedMemory, part => part is ("kafka://h:9092/a?group=g", 65L << 20));
        Assert.Contains(plan.FixedMemory, part => part is ("kafka://h:9092/b", 16L << 20));
        (Plan? small, _) = Build($"  stream_input: kafka://h:9092/a?group=g\n  stream_output: kafka://h:9092/b\n{Schema}performance_tuning: {{memory_budget: 64MiB, payload_size: 64KiB}}\n");
        Assert.Contains(small!.FixedMemory, part => part is ("kafka://h:9092/a?group=g", 9L << 20));
        Assert.Contains(small.FixedMemory, part => part is ("kafka://h:9092/b", 8L << 20));
    }

    [Fact]
    public void A_program_that_did_not_register_Kafka_is_told()
    {
        LoadedConfig loaded = Loading.Load($"stream_settings:\n  stream_input: kafka://h:9092/a?group=g\n  stream_output: stdout\n{Schema}");
        Planner.Build(loaded.Config!, new Catalog(), new PlanOptions(), loaded.Errors);
        Assert.Contains(loaded.Errors.Sorted(), e => e.Code == "no_connector");
    }

    [Fact]
    public void The_columns_of_a_message_are_made_when_asked_for_and_do_not_go_out()
    {
        (Plan? plan, ConfigErrors errors) = Build($"  stream_input: kafka://h:9092/a?group=g\n  stream_output: stdout\n{Schema}modules:\n"
            + "  - {module_name: m, module_class: map, set: {k: _key, o: _offset, h: _headers.trace}}\n");
        Assert.True(plan is not null, string.Join('\n', errors.Sorted()));
        Assert.Equal(["device", "value", "at", "k", "o", "h"], plan.Columns.Select(c => c.Name));
        Assert.Equal(["_key", "_offset", "_headers.trace"], plan.First.Schema.Asides.Select(c => c.Name));
        Assert.True(plan.NeedsHeaders);
    }

    private static void Tells(string stream, string code, string message)
    {
        (Plan? plan, ConfigErrors errors) = Build(stream);
        Assert.Null(plan);
        ConfigError mistake = Assert.Single(errors.Sorted());
        Assert.Equal(code, mistake.Code);
        Assert.Contains(message, mistake.Message, System.StringComparison.Ordinal);
        Assert.True(mistake.Place.Line > 1 && mistake.Place.Column > 1);
    }

    private static (Plan? Plan, ConfigErrors Errors) Build(string stream)
    {
        LoadedConfig loaded = Loading.Load("stream_settings:\n" + stream);
        var catalog = new Catalog();
        catalog.TryAddConnector(new KafkaConnector());
        return (loaded.Config is null ? null : Planner.Build(loaded.Config, catalog, new PlanOptions(), loaded.Errors), loaded.Errors);
    }
}
