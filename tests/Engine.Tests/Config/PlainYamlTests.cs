using System;
using System.Collections.Generic;
using System.Text;
using DataStream.Config;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>The short way to a configuration's events gives those of YamlDotNet, or none.</summary>
public sealed class PlainYamlTests
{
    [Theory]
    [InlineData("a: 1")]
    [InlineData("---\na: {b: [c, 'd', \"e\"], f: {}}\ng: []\n")]
    [InlineData("a:\n- b: 1\n  c:\n-\n  - d\ne: |\n  x\nf: >-\n  y\n  z\n")]
    [InlineData("a:\n  b:\nc:\n")]
    [InlineData("a: [b, {c: d,},]\n")]
    public void Plain_yaml_takes_the_short_way(string yaml) => Assert.True(IsSame(yaml));

    [Theory]
    [InlineData("")]
    [InlineData("a: &x 1")]
    [InlineData("a: 1\nb: *a")]
    [InlineData("a: !t 1")]
    [InlineData("%YAML 1.2\n---\na: 1")]
    [InlineData("a: 1\n---\nb: 1")]
    [InlineData("a: [1, 2")]
    [InlineData("a: [b: c]")]
    [InlineData("? a")]
    [InlineData("a: b: c")]
    public void All_else_is_left_to_the_parser(string yaml) => Assert.Null(PlainYaml.Read(yaml));

    [Fact]
    public void Random_texts_give_the_same_events_or_are_left_to_the_parser()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        int plain = 0;
        for (int run = 0; run < 3_000; run++)
        {
            string yaml = Broken(random, Block(random, "", 3));
            try
            {
                plain += IsSame(yaml) ? 1 : 0;
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, run {run}: {e.Message}\n{yaml}");
            }
        }

        Assert.InRange(plain, 300, 3_000);
    }

    /// <summary>Whether it is plain; its events are the same then.</summary>
    private static bool IsSame(string yaml)
    {
        // Half of a pair of characters is another one once it is UTF-8.
        YamlText text = YamlText.Decode("config.yaml", Encoding.UTF8.GetBytes(yaml), new ConfigErrors())!;
        if (PlainYaml.Read(text.Content) is not { } events)
        {
            return false;
        }

        var all = new List<YamlEvent>();
        var parser = new YamlEvents(text);
        while (parser.Next() is { } next)
        {
            if (next.Kind != YamlEventKind.DocumentStart)
            {
                all.Add(next);
            }
        }

        Assert.Equal(all, events);
        return true;
    }

    /// <summary>A map or list in block form, each line indented.</summary>
    private static string Block(Random random, string indent, int depth)
    {
        var text = new StringBuilder();
        bool isList = random.Next(3) == 0;
        string child = indent + (random.Next(4) == 0 ? "   " : "  ");
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            text.Append(indent).Append(isList ? "-" : Key(random, i) + ":");
            switch (random.Next(7))
            {
                case 0 when depth > 0:
                    text.Append('\n').Append(Block(random, isList || random.Next(3) > 0 ? child : indent, depth - 1));
                    break;
                case 1:
                    text.Append('\n');
                    break;
                case 2:
                    text.Append(random.Next(2) == 0 ? " |\n" : " >-\n").Append(child).Append("x y\n\n").Append(child).Append("z\n");
                    break;
                case 3:
                    text.Append(' ').Append(Flow(random, 2)).Append(random.Next(4) == 0 ? " # why\n" : "\n");
                    break;
                case 4 when isList && depth > 0:
                    text.Append(' ').Append(Block(random, child, depth - 1).TrimStart(' '));
                    break;
                default:
                    text.Append(' ').Append(Word(random)).Append(random.Next(8) == 0 ? "\n\n" : "\n");
                    break;
            }
        }

        return text.ToString();
    }

    private static string Flow(Random random, int depth)
    {
        if (depth == 0 || random.Next(3) == 0)
        {
            return Word(random);
        }

        var parts = new List<string>();
        bool isMap = random.Next(2) == 0;
        for (int i = random.Next(4); i > 0; i--)
        {
            parts.Add((isMap && random.Next(12) > 0 ? Key(random, i) + ": " : "") + (random.Next(20) == 0 ? "" : Flow(random, depth - 1)));
        }

        string inside = string.Join(random.Next(5) == 0 ? ",\n      " : ", ", parts) + (random.Next(6) == 0 ? "," : "");
        return isMap ? "{" + inside + "}" : "[" + inside + "]";
    }

    private static string Key(Random random, int number) => random.Next(8) switch
    {
        0 => $"\"k{number}\"",
        1 => $"'k {number}'",
        2 => $"a long key {number}",
        _ => $"k{number}",
    };

    private static string Word(Random random) => random.Next(10) switch
    {
        0 => "'it''s'",
        1 => "\"a\\tb\\u00e9\"",
        2 => "two words",
        3 => "~",
        4 => "file:a*.csv",
        5 => "&a anchored",
        6 => "𝒳é",
        _ => random.Next(1000).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>Now and then with a sign put in, or a piece taken out.</summary>
    private static string Broken(Random random, string yaml)
    {
        int at = random.Next(yaml.Length);
        return random.Next(4) switch
        {
            0 => yaml.Insert(at, "[]{}:,-?&*!|>'\"%#\\ \n~"[random.Next(21)].ToString()),
            1 => yaml.Remove(at, Math.Min(random.Next(6), yaml.Length - at)),
            _ => yaml,
        };
    }
}
