using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using DataStream.Config;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>The JSON Schema for editors says what the loader takes.</summary>
public sealed class ConfigSchemaTests
{
    private static readonly JsonElement s_schema = JsonDocument.Parse(ConfigSchema.Json()).RootElement;

    private static JsonElement At(params string[] steps) => steps.Aggregate(s_schema, (at, step) => at.GetProperty(step));

    private static IEnumerable<string> Keys(JsonElement map) => map.GetProperty("properties").EnumerateObject().Select(p => p.Name);

    /// <summary>Keys that the loader suggests or lists for an unknown one: those it asked for.</summary>
    private static bool IsUnknown(string yaml, string key) =>
        Loading.Load(yaml).Errors.Sorted().Any(e => e.Code == "unknown_key" && e.Message.Contains($"'{key}'", System.StringComparison.Ordinal));

    [Fact]
    public void It_is_of_draft_2020_12_and_its_references_lead_somewhere()
    {
        Assert.Equal("https://json-schema.org/draft/2020-12/schema", At("$schema").GetString());
        var names = At("$defs").EnumerateObject().Select(d => "#/$defs/" + d.Name).ToHashSet();
        int references = 0;
        void Walk(JsonElement node)
        {
            foreach (JsonElement child in node.ValueKind == JsonValueKind.Object ? node.EnumerateObject().Select(p => p.Value)
                : node.ValueKind == JsonValueKind.Array ? node.EnumerateArray() : Enumerable.Empty<JsonElement>())
            {
                Walk(child);
            }

            if (node.ValueKind == JsonValueKind.Object && node.TryGetProperty("$ref", out JsonElement reference))
            {
                references++;
                Assert.Contains(reference.GetString()!, names);
            }
        }

        Walk(s_schema);
        Assert.True(references > 20);
    }

    [Theory]
    [InlineData("stream_settings")]
    [InlineData("stream_settings", "event_time")]
    [InlineData("error_handling")]
    [InlineData("error_handling", "retry")]
    [InlineData("performance_tuning")]
    [InlineData("security_settings", "kafka")]
    [InlineData("security_settings", "kafka", "sasl")]
    [InlineData("security_settings", "schema_registry")]
    [InlineData]
    public void Every_key_of_a_section_is_one_that_the_loader_knows(params string[] section)
    {
        JsonElement map = section.Aggregate(s_schema, (at, step) => at.GetProperty("properties").GetProperty(step));
        Assert.False(map.GetProperty("additionalProperties").GetBoolean());
        string before = string.Concat(section.Select(s => s + ": {"));
        string after = new('}', section.Length);
        foreach (string key in Keys(map))
        {
            Assert.False(IsUnknown($"{{{before}{key}: x{after}}}", key), key);
        }

        Assert.True(IsUnknown($"{{{before}no_such: x{after}}}", "no_such"));
    }

    [Fact]
    public void Every_key_that_the_loader_lists_is_in_the_schema()
    {
        // For an unknown key far from any other, the loader lists what there is.
        string message = Assert.Single(Loading.Load(Loading.Good + "performance_tuning: {qqqqqqqqqqqqqqqqqqqqqqqqqqq: 1}").Errors.Sorted()).Message;
        string[] listed = message[(message.LastIndexOf(": ", System.StringComparison.Ordinal) + 2)..].Split(", ");
        Assert.Equal(Keys(At("properties", "performance_tuning")).Order(), listed.Order());
    }

    [Fact]
    public void Built_in_modules_have_their_keys()
    {
        var classes = At("$defs", "module", "allOf").EnumerateArray()
            .ToDictionary(c => c.GetProperty("if").GetProperty("properties").GetProperty("module_class").GetProperty("const").GetString()!, c => Keys(c.GetProperty("then")).ToArray());
        Assert.Equal(["clamp", "deduplicate", "fill", "filter", "fix_time", "map", "outlier", "select", "window"], classes.Keys.Order());
        Assert.Contains("reset_after", classes["outlier"]);
        Assert.All(classes.Values, keys => Assert.Contains("on_error", keys));
    }
}
