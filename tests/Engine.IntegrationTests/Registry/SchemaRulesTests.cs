using System;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.SchemaRegistry;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.IntegrationTests.Registry;

/// <summary>An output's columns change from one run to the next: a real registry takes the new schema or refuses it, by the rule of compatibility that the subject has.</summary>
public sealed class SchemaRulesTests(Broker broker, RegistryServer server)
{
    private const string Framed = "{type: json, framing: confluent}";

    [Theory]
    [InlineData("avro")]
    [InlineData(Framed)]
    public async Task A_further_column_is_a_second_version_and_both_are_read_in_one_set_of_columns(string format)
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        (string input, string output) = await BeginAsync(url, registry, format);
        await ProduceAsync(input, "{\"id\":2,\"note\":\"y\",\"amount\":1.5}");
        Outcome wider = Run(url, input, Topic(output), "json", format, "{id: int64, note: text, amount: float64}");
        Assert.True(wider.Code == 0, wider.Error);
        Assert.Equal([1, 2], await registry.GetSubjectVersionsAsync(output + "-value"));

        using var scratch = new Scratch();
        Outcome back = Run(url, output, "file:out.ndjson", format == Framed ? "json" : "avro", "json", format == Framed ? "{id: int64, note: text, amount: float64}" : "", scratch);
        Assert.True(back.Code == 0, back.Error);
        Assert.Equal("{\"id\":1,\"note\":\"x\",\"amount\":null}\n{\"id\":2,\"note\":\"y\",\"amount\":1.5}\n", scratch.Read("out.ndjson"));
    }

    [Theory]
    [InlineData("avro")]
    [InlineData(Framed)]
    public async Task A_column_of_another_type_ends_the_run_before_the_first_row(string format)
    {
        (string url, CachedSchemaRegistryClient client) = await RegistryAsync();
        using CachedSchemaRegistryClient registry = client;
        (string input, string output) = await BeginAsync(url, registry, format);
        await ProduceAsync(input, "{\"id\":2,\"note\":7}");
        Outcome refused = Run(url, input, Topic(output), "json", format, "{id: int64, note: int64}");
        Assert.True(refused.Code == 75, $"{refused.Code}: {refused.Error}");
        Assert.Contains($"refuses the output's schema under subject '{output}-value': ", refused.Error, StringComparison.Ordinal);
        Assert.Contains("ncompatible", refused.Error, StringComparison.Ordinal);
        Assert.Equal([1], await registry.GetSubjectVersionsAsync(output + "-value"));
        Assert.Single(broker.ReadAll(output));

        // No message is lost by that: with another rule they are read.
        await registry.UpdateCompatibilityAsync(Compatibility.None, output + "-value");
        Outcome taken = Run(url, input, Topic(output), "json", format, "{id: int64, note: int64}");
        Assert.True(taken.Code == 0, taken.Error);
        Assert.Equal([1, 2], await registry.GetSubjectVersionsAsync(output + "-value"));
        Assert.Equal(2, broker.ReadAll(output).Count);
    }

    /// <summary>A first run has written one row, and the subject has the rule BACKWARD from then on.</summary>
    private async Task<(string Input, string Output)> BeginAsync(string url, CachedSchemaRegistryClient registry, string format)
    {
        (string input, string output) = (await broker.CreateTopicAsync("ruled"), await broker.CreateTopicAsync("ruled-out"));
        await ProduceAsync(input, "{\"id\":1,\"note\":\"x\"}");
        Outcome first = Run(url, input, Topic(output), "json", format, "{id: int64, note: text}");
        Assert.True(first.Code == 0, first.Error);
        Assert.Equal(Compatibility.Backward, await registry.UpdateCompatibilityAsync(Compatibility.Backward, output + "-value"));
        return (input, output);
    }

    private async Task<(string Url, CachedSchemaRegistryClient Client)> RegistryAsync()
    {
        string url = await server.UrlAsync();
        return (url, new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = url }));
    }

    private Task ProduceAsync(string topic, string row) => broker.ProduceAsync(topic, [new Message<byte[]?, byte[]?> { Value = Encoding.UTF8.GetBytes(row) }]);

    private string Topic(string name) => $"\"kafka://{broker.Bootstrap}/{name}\"";

    /// <param name="registry">Its address.</param>
    /// <param name="input">The topic that is read on, to its end.</param>
    /// <param name="output">Where rows go.</param>
    /// <param name="from">The format of messages.</param>
    /// <param name="to">That of rows.</param>
    /// <param name="columns">Empty: the registry says them.</param>
    /// <param name="into">Where files are written; null: nobody reads them.</param>
    private Outcome Run(string registry, string input, string output, string from, string to, string columns, Scratch? into = null)
    {
        using var own = new Scratch();
        Scratch scratch = into ?? own;
        scratch.Write("pipeline.yaml", $$$"""
            stream_settings:
              stream_input: {uri: "kafka://{{{broker.Bootstrap}}}/{{{input}}}", group: "g-{{{input}}}", until: end}
              stream_output: {main: {{{output}}}, dead: file:dead.ndjson}
              input_format: {{{from}}}
              output_format: {{{to}}}
              {{{(columns.Length > 0 ? "schema: " + columns : "")}}}
            error_handling: {retry: {max_attempts: 2, backoff: 10ms, max_backoff: 20ms}}
            performance_tuning: {threads: 1, cpu_affinity: none}
            security_settings: {schema_registry: {url: "{{{registry}}}"}}
            """);
        return Command.Run(scratch.Folder, "run", "pipeline.yaml", "--no-progress");
    }
}
