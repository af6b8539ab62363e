using System.Linq;
using DataStream.Config;
using DataStream.Plans;
using Xunit;

namespace DataStream.Tests.Plans;

public sealed class TextSchemaTests
{
    [Theory]
    [InlineData("{line: int64}")]
    [InlineData("{line: text, b: text}")]
    [InlineData("{line: {type: text, path: a.b}}")]
    [InlineData("{line: {type: text, null_values: [NA]}}")]
    public void A_schema_that_lines_cannot_fill_is_refused(string schema) => Assert.NotEmpty(Errors(schema));

    [Theory]
    [InlineData("{line: text}")]
    [InlineData("{words: {type: text, source: line}}")]
    public void A_schema_of_the_line_is_taken(string schema) => Assert.Empty(Errors(schema));

    private static string[] Errors(string schema)
    {
        LoadedConfig loaded = ConfigLoader.LoadText(new ConfigRequest("p.yaml") { Environment = new System.Collections.Generic.Dictionary<string, string>() }, System.Text.Encoding.UTF8.GetBytes($$"""
            stream_settings:
              stream_input: file:in.txt
              stream_output: stdout
              input_format: text
              schema: {{schema}}
            """));
        Planner.Build(loaded.Config!, new Catalog(), new PlanOptions(), loaded.Errors);
        return [.. loaded.Errors.Sorted().Select(e => e.ToString())];
    }
}
