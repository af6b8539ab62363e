using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Text.RegularExpressions;
using DataStream.Config;
using DataStream.Tests.House;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>What the documents show, the loader takes.</summary>
public sealed class DocumentsTests
{
    private static readonly Regex s_yaml = new(@"^```yaml\r?\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.CultureInvariant);

    [Fact]
    public void Every_configuration_in_the_reference_is_whole_and_loads()
    {
        MatchCollection blocks = s_yaml.Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "CONFIG.md")));
        Assert.True(blocks.Count >= 2);
        foreach (Match block in blocks)
        {
            Loading.LoadGood(block.Groups[1].Value);
        }
    }

    [Fact]
    public void The_default_configuration_loads_and_its_input_is_there()
    {
        byte[] yaml = File.ReadAllBytes(Path.Combine(Repository.Root, "config", "config.yaml"));
        LoadedConfig loaded = ConfigLoader.LoadText(new ConfigRequest("config/config.yaml") { Environment = new Dictionary<string, string>() }, yaml);
        Assert.Empty(loaded.Errors.Sorted());
        string input = loaded.Config!.Stream.Inputs[0].Uri["file:".Length..];
        Assert.True(File.Exists(Path.Combine(Repository.Root, input)), input);
        Assert.Equal(new PerformanceTuning { MaxRecordSize = 64 << 10 }, loaded.Config.Tuning);
    }

    [Fact]
    public void The_reference_names_every_key_of_the_schema()
    {
        string reference = File.ReadAllText(Path.Combine(Repository.Root, "docs", "CONFIG.md"), Encoding.UTF8);
        foreach (Match key in Regex.Matches(ConfigSchema.Json(), "\"([a-z_]+)\": \\{(?:\"anyOf\"|\"\\$ref\"|\"type\")"))
        {
            string name = key.Groups[1].Value;
            Assert.True(name is "items" or "if" or "then" or "properties" or "secret" or "duration" or "size" or "level" or "text" or "module"
                || reference.Contains(name, System.StringComparison.Ordinal), $"docs/CONFIG.md does not say '{name}'");
        }
    }
}
