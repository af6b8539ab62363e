using System.Collections.Generic;
using System.Text;
using DataStream.Config;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary><c>dead replay</c>: a topic of dead letters in the place of the input.</summary>
public sealed class ReplayTests
{
    private const string Dead = "kafka://b:9092/orders-dead";

    [Theory]
    [InlineData("kafka://b:9092/orders", "datastream-orders-replay")]
    [InlineData("\"kafka://b:9092/orders?group=hourly\"", "hourly-replay")]
    [InlineData("{uri: \"kafka://b:9092/orders\", group: hourly, offset: latest, options: {client.rack: a}, on_error: skip, partitioned_by: message_key}", "hourly-replay")]
    [InlineData("[file:a.csv, {uri: \"kafka://b:9092/orders\", group: hourly}]", "hourly-replay")]
    [InlineData("file:orders.csv", "datastream-orders-replay")]
    public void The_input_is_read_to_its_end_by_a_group_of_its_own(string input, string group)
    {
        ConfigMap replaced = Input($"stream_settings: {{stream_input: {input}, stream_output: stdout}}", Dead);
        Assert.Equal(Dead, Text(replaced, "uri"));
        Assert.Equal(group, Text(replaced, "group"));
        Assert.Equal("earliest", Text(replaced, "offset"));
        Assert.Equal("end", Text(replaced, "until"));
        Assert.Equal(input.Contains("options", System.StringComparison.Ordinal), replaced["options"] is ConfigMap);
        Assert.Equal(input.Contains("on_error", System.StringComparison.Ordinal), replaced["on_error"] is ConfigScalar);
        Assert.Equal(input.Contains("partitioned_by", System.StringComparison.Ordinal) ? "message_key" : null, Text(replaced, "partitioned_by"));
    }

    /// <summary>A letter keeps its message's key, and the producer of letters puts those of one key into one partition: what the input says of keys holds.</summary>
    [Theory]
    [InlineData("message_key")]
    [InlineData("repartition")]
    public void Keys_are_found_as_they_are_at_the_input(string word) =>
        Assert.Equal(word, Text(Input($"stream_settings: {{stream_input: {{uri: \"kafka://b:9092/orders\", partitioned_by: {word}}}, stream_output: stdout}}", Dead), "partitioned_by"));

    /// <summary>Where a registry tells the columns, they are those of the topic whose letters these are.</summary>
    [Theory]
    [InlineData("kafka://b:9092/orders", "input_format: avro", "orders-value")]
    [InlineData("\"kafka://b:9092/orders,refunds?group=g\"", "input_format: {type: avro}", "orders-value")]
    [InlineData("\"kafka:orders\"", "input_format: avro, schema: ~", "orders-value")]
    [InlineData("{uri: \"kafka://b:9092/^orders.*\", subject: mine}", "input_format: avro", "mine")]
    [InlineData("\"kafka://b:9092/^orders.*\"", "input_format: avro", null)]
    [InlineData("kafka://b:9092/orders", "input_format: {type: avro, schema_file: a.avsc}", null)]
    [InlineData("kafka://b:9092/orders", "input_format: avro, schema: {a: text}", null)]
    [InlineData("kafka://b:9092/orders", "input_format: json", null)]
    public void The_columns_stay_those_of_the_input(string input, string more, string? subject) =>
        Assert.Equal(subject, Text(Input($"stream_settings: {{stream_input: {input}, stream_output: stdout, {more}}}", Dead), "subject"));

    [Fact]
    public void A_group_in_the_URI_is_the_users() =>
        Assert.Null(Input("stream_settings: {stream_input: kafka://b/orders, stream_output: stdout}", Dead + "?group=mine")["group"]);

    [Fact]
    public void What_is_wrong_with_the_URI_is_said_at_the_option()
    {
        LoadedConfig loaded = Load("stream_settings: {stream_input: file:a.csv, stream_output: stdout, schema: {v: int64}}", "no-scheme");
        Assert.Equal("--from", Loading.Places(loaded));
    }

    private static ConfigMap Input(string yaml, string from) => (ConfigMap)Load(yaml, from).Config!.Find("stream_settings.stream_input")!;

    private static LoadedConfig Load(string yaml, string from) =>
        ConfigLoader.LoadText(new ConfigRequest("config/orders.yaml") { Environment = new Dictionary<string, string>(), ReplayFrom = from }, Encoding.UTF8.GetBytes(yaml));

    private static string? Text(ConfigMap map, string key) => (map[key] as ConfigScalar)?.Value;
}
