using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DataStream.Host;
using DataStream.Tests.Host;
using DataStream.Tests.House;
using Xunit;

namespace DataStream.Tests.Docs;

/// <summary>The pages tell the truth: their YAML passes <c>check</c>, their C# is code of the tests, their links lead somewhere.</summary>
public sealed class PageTests
{
    // What a block that shows only a part of a configuration stands on.
    private const string Ground = """
        stream_settings:
          stream_input: file:in.csv
          stream_output: {main: file:out.csv, dead: file:dead.ndjson}
          schema: {timestamp: timestamp, device: text, region: text, temperature: float64, status: int64}
          event_time: {field: timestamp}

        """;

    private static readonly string[] s_pages = [.. Repository.Files([".md"]).Where(p => !p.StartsWith("perf-results/", StringComparison.Ordinal))];

    public static TheoryData<MarkdownBlock> YamlBlocks => [.. Blocks().Where(b => b.Language is "yaml" or "yml")];

    public static TheoryData<MarkdownBlock> CodeBlocks => [.. Blocks().Where(b => b.Language is "csharp" or "cs")];

    [Theory]
    [MemberData(nameof(YamlBlocks))]
    public void Every_YAML_block_passes_check(MarkdownBlock block)
    {
        using var scratch = new Scratch();
        Outcome outcome = Check(scratch.Write("config.yaml", Complete(block.Text)));
        Assert.True(outcome.Code == 0, $"{block}: {outcome.Error}");
    }

    [Fact]
    public void A_block_with_a_mistake_does_not_pass()
    {
        using var scratch = new Scratch();
        Assert.Equal(2, Check(scratch.Write("a.yaml", Complete("modules:\n  - {module_name: a, module_class: filtre, where: \"status == 0\"}\n"))).Code);
        Assert.Equal(0, Check(scratch.Write("b.yaml", Complete("modules:\n  - {module_name: a, module_class: filter, where: \"status == 0\"}\n"))).Code);
        Assert.Equal(0, Check(scratch.Write("c.yaml", Complete("- {module_name: a, module_class: filter, where: \"status == 0\"}\n"))).Code);
    }

    [Theory]
    [MemberData(nameof(CodeBlocks))]
    public void Every_code_block_is_a_region_of_a_file_that_is_compiled(MarkdownBlock block)
    {
        IEnumerable<string> regions = Repository.Files([".cs"], "tests/Engine.Tests/Docs", "samples").SelectMany(f => SnippetFile.Regions(Repository.Read(f)).Values);
        Assert.True(regions.Contains(block.Text), $"{block}: no region of tests/Engine.Tests/Docs or samples is this code; change both");
    }

    [Fact]
    public void The_first_page_shows_what_the_sample_prints()
    {
        string shown = MarkdownBlock.Of("README.md", Repository.Read("README.md")).First(b => b.Language == "console" && b.Text.Contains("./run.sh", StringComparison.Ordinal)).Text;
        string[] printed = Repository.Read("samples/machine-temperature/expected/alarms.txt").Split('\n');
        string[] rows = [.. shown.Split('\n').Where(l => l.StartsWith("hour", StringComparison.Ordinal) || l.StartsWith('-') || l.StartsWith("20", StringComparison.Ordinal))];
        Assert.True(rows.Length >= 5);
        Assert.All(rows, row => Assert.Contains(row, printed));
    }

    [Fact]
    public void The_files_that_know_the_YAML_library_are_those_that_the_architecture_names()
    {
        string page = Repository.Read("docs/ARCHITECTURE.md");
        string sentence = page[page.IndexOf("Three files know YamlDotNet:", StringComparison.Ordinal)..];
        sentence = sentence[..sentence.IndexOf("`YamlReader`", StringComparison.Ordinal)];
        string[] known = [.. System.Text.RegularExpressions.Regex.Matches(sentence, "`([A-Za-z]+)`").Select(m => $"src/Engine/Config/{m.Groups[1].Value}.cs").Order(StringComparer.Ordinal)];
        Assert.Equal(known, Repository.Files([".cs"], "src").Where(f => Repository.Read(f).Contains("using YamlDotNet", StringComparison.Ordinal)));
    }

    [Fact]
    public void There_are_blocks_to_check()
    {
        Assert.NotEmpty(YamlBlocks);
        Assert.NotEmpty(CodeBlocks);
    }

    [Fact]
    public void Relative_links_lead_to_files()
    {
        var broken = new List<string>();
        foreach (string page in s_pages)
        {
            foreach (System.Text.RegularExpressions.Match link in System.Text.RegularExpressions.Regex.Matches(Repository.Read(page), @"\]\(([^)#\s]+)[^)]*\)"))
            {
                string target = link.Groups[1].Value;
                string path = Path.Combine(Path.GetDirectoryName(Repository.PathOf(page))!, target);
                if (!target.Contains("://", StringComparison.Ordinal) && !File.Exists(path) && !Directory.Exists(path))
                {
                    broken.Add($"{page}: {target}");
                }
            }
        }

        Assert.Empty(broken);
    }

    [Fact]
    public void Regions_are_found_and_lose_their_indentation()
    {
        const string Code = "class A\n{\n    // <one>\n    int a;\n\n        int b;\n    // </one>\n    int c;\n}\n";
        Assert.Equal("int a;\n\n    int b;\n", SnippetFile.Regions(Code)["one"]);
    }

    private static IEnumerable<MarkdownBlock> Blocks() => s_pages.SelectMany(p => MarkdownBlock.Of(p, Repository.Read(p)));

    private static string Complete(string yaml)
    {
        if (yaml.StartsWith("stream_settings:", StringComparison.Ordinal) || yaml.Contains("\nstream_settings:", StringComparison.Ordinal))
        {
            return yaml;
        }

        return yaml.TrimStart().StartsWith('-') ? Ground + "modules:\n" + string.Concat(yaml.TrimEnd('\n').Split('\n').Select(l => $"  {l}\n")) : Ground + yaml;
    }

    private static Outcome Check(string path)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return new Outcome(Program.Execute(["check", path], output, error), output.ToString(), error.ToString());
    }
}
