using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Formats.TextLines;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class TextPatternTests
{
    private const string AccessLog = "{ip} - - [{time:timestamp \"dd/MMM/yyyy:HH:mm:ss zzz\"}] \"{request}\" {status:int64}";

    [Theory]
    [InlineData(AccessLog, "10.0.0.1 - - [01/Jan/2026:10:00:00 +0100] \"GET /a b\" 200", "10.0.0.1|01/Jan/2026:10:00:00 +0100|GET /a b|200")]
    [InlineData(AccessLog, "10.0.0.1 - - [01/Jan/2026:10:00:00 +0100] \"\" -7", "10.0.0.1|01/Jan/2026:10:00:00 +0100||-7")]
    [InlineData(AccessLog, "10.0.0.1 - - [1/Jan/2026:10:00:00 +0100] \"GET\" 200", null)]
    [InlineData(AccessLog, "10.0.0.1 - - [01/Jan/2026:10:00:00 +0100] \"GET\" 200 ", null)]
    [InlineData(AccessLog, "10.0.0.1 - - [01/Jan/2026:10:00:00 +0100] \"a\" b\" 200", null)]
    [InlineData("{a:int64}{b:text}", "12x", "12|x")]
    [InlineData("{a:int64}{b:float64}", "12.5e3", "12|.5e3")]
    [InlineData("{a:float64} {b}", "5. x", "5.|x")]
    [InlineData("{a:float64}{b}", "-Infinity9", "-Infinity|9")]
    [InlineData("{a:float64}{b}", "1e+x", "1|e+x")]
    [InlineData("{a:float64} {b}", ". x", null)]
    [InlineData("{a:decimal(2)}s", "-.5s", "-.5")]
    [InlineData("{a:bool},{b}", "TRUE,x", "TRUE|x")]
    [InlineData("{a:bool}{b}", "10", "1|0")]
    [InlineData("{a:timestamp} {b}", "2026-01-01 INFO", "2026-01-01|INFO")]
    [InlineData("{a:timestamp} {b}", "2026-01-01 10:00:00 INFO", "2026-01-01 10:00:00|INFO")]
    [InlineData("{a:timestamp}-{b}", "2026-01-01T10:00:00.25-0500-x", "2026-01-01T10:00:00.25-0500|x")]
    [InlineData("{a:timestamp}-{b}", "2026-01-01T10:00:00-x", "2026-01-01T10:00:00|x")]
    [InlineData("{a:timestamp}.{b}", "1767225600.x", "1767225600|x")]
    [InlineData("{a:timestamp \"yyyy-MM-dd HH:mm:ss,fff\"} {b}", "2026-01-01 10:00:00,123 ERROR x", "2026-01-01 10:00:00,123|ERROR x")]
    [InlineData("{a:timestamp 'd MMMM yyyy'} {b}", "3 February 2026 x", "3 February 2026|x")]
    [InlineData("{a:timestamp \"yyyy-M-d H:mm:ss.FFF\"}Z", "2026-1-2 3:04:05Z", "2026-1-2 3:04:05")]
    [InlineData("{a:timestamp \"yyyyMMdd'T'HHmmssK\"}{b}", "20260102T030405+01:00x", "20260102T030405+01:00|x")]
    [InlineData("{a:timestamp \"dd '}' MM yyyy\"} {b}", "02 } 01 2026 x", "02 } 01 2026|x")]
    [InlineData("{{{a}}}", "{x}", "x")]
    [InlineData("<{a}> {b}", "<\u00E6> \u20AC", "\u00E6|\u20AC")]
    [InlineData("{a}--{b}", "x-y--z--", "x-y|z--")]
    [InlineData("{a:int64}", "", null)]
    [InlineData("{a}", "", "")]
    public void Fields_are_where_the_pattern_says(string pattern, string text, string? expected) => Assert.Equal(expected, Match(Parse(pattern), text));

    [Fact]
    public void What_means_null_stands_for_a_value()
    {
        TextPattern pattern = Parse("{n:int64} {b}").For([new DecodeField("x", ColumnType.Int64, 0) { Sources = ["n"], NullValues = ["-", "-9x"] }]);
        Assert.Equal("-|7", Match(pattern, "- 7"));
        Assert.Equal("-9|7", Match(pattern, "-9 7"));
        Assert.Equal("-9x|7", Match(pattern, "-9x 7"));
        Assert.Null(Match(pattern, "-- 7"));
    }

    /// <summary>Random patterns and lines against a regular expression whose groups do not give back.</summary>
    [Fact]
    public void Random_patterns_agree_with_a_regular_expression()
    {
        const int Seed = 404;
        var random = new Random(Seed);
        int matched = 0;
        for (int round = 0; round < 3000; round++)
        {
            (string pattern, Regex regex, Func<string> line) = RandomPattern(random);
            TextPattern parsed = Parse(pattern);
            for (int i = 0; i < 6; i++)
            {
                string text = random.Next(3) == 0 ? Noise(random, 20) : line();
                Match oracle = regex.Match(text);
                string? expected = oracle.Success ? string.Join('|', oracle.Groups.Values.Skip(1).Select(g => g.Value)) : null;
                Assert.True(expected == Match(parsed, text), $"seed {Seed}, round {round}: {pattern} on '{text}': {Match(parsed, text)}, not {expected}");
                matched += oracle.Success ? 1 : 0;
            }
        }

        Assert.InRange(matched, 1000, 17_000);
    }

    /// <summary>A backtracking matcher would try 1500^6 ways; this one ends.</summary>
    [Fact(Timeout = 60_000)]
    public System.Threading.Tasks.Task Long_hostile_lines_take_one_pass() => System.Threading.Tasks.Task.Run(() =>
    {
        byte[] line = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("aaaaaaaaaaaaaaaaaaaaab 1a ", 2500)));
        foreach (string pattern in (string[])["{a}aab {b}aab {c}aab {d}aab {e}aab {f}aab {g}!", "{a} {b} {c} {d} {e} {f} {g:int64}!", "{a}1{b:int64}", "{a:float64} {b}", "{a}aaaaaaaaaaaaaaaaaaaac{b}"])
        {
            TextPattern parsed = Parse(pattern);
            var starts = new int[parsed.Fields.Count];
            var ends = new int[parsed.Fields.Count];
            for (int i = 0; i < 200; i++)
            {
                Assert.False(parsed.TryMatch(line, false, starts, ends));
            }
        }
    }, TestContext.Current.CancellationToken);

    private static (string Pattern, Regex Regex, Func<string> Line) RandomPattern(Random random)
    {
        var pattern = new StringBuilder();
        var regex = new StringBuilder("\\A");
        var values = new List<Func<string>>();
        bool isOpen = false;
        bool hasText = false;
        int parts = random.Next(1, 6);
        for (int i = 0; i < parts; i++)
        {
            string literal = new(Enumerable.Range(0, random.Next(1, 3)).Select(_ => " :-[]a1"[random.Next(7)]).ToArray());
            int kind = isOpen ? 0 : hasText ? random.Next(1, 5) : random.Next(5);
            hasText = kind < 2; // a literal is all text up to the next field
            switch (kind)
            {
                case 0:
                    pattern.Append(literal);
                    regex.Append(Regex.Escape(literal).Replace("]", "\\]", StringComparison.Ordinal));
                    values.Add(() => literal);
                    isOpen = false;
                    break;
                case 1:
                    string next = i + 1 < parts ? literal : "";
                    pattern.Append($"{{f{i}}}{next}");
                    string escaped = Regex.Escape(next).Replace("]", "\\]", StringComparison.Ordinal);
                    regex.Append(next.Length == 0 ? "([\\s\\S]*)" : $"((?>(?:(?!{escaped})[\\s\\S])*)){escaped}");
                    values.Add(() => Noise(random, 4) + next);
                    isOpen = next.Length == 0;
                    break;
                case 2:
                    pattern.Append($"{{f{i}:int64}}");
                    regex.Append(@"((?>[+-]?\d+))");
                    values.Add(() => random.Next(-50, 50).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    break;
                case 3:
                    pattern.Append($"{{f{i}:float64}}");
                    regex.Append(@"((?>[+-]?(?:(?i:infinity|inf|nan)|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)))");
                    values.Add(() => random.Next(4) switch { 0 => "1.5e-3", 1 => "-.5", 2 => "nan", _ => "7" });
                    break;
                default:
                    pattern.Append($"{{f{i}:timestamp}}");
                    regex.Append(@"((?>\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d|[+-]\d{4}|[+-]\d\d)?)?|[+-]?\d+(?:\.\d+)?))");
                    values.Add(() => random.Next(4) switch { 0 => "2026-01-01", 1 => "2026-01-01T10:00:00.5+01", 2 => "2026-01-01 10:00:00Z", _ => "1767225600.5" });
                    break;
            }
        }

        regex.Append("\\z");
        return (pattern.ToString(), new Regex(regex.ToString(), RegexOptions.CultureInvariant), () => string.Concat(values.Select(v => v())));
    }

    private static string Noise(Random random, int length) => new(Enumerable.Range(0, random.Next(length)).Select(_ => "a1-: .[]e+"[random.Next(10)]).ToArray());

    private static TextPattern Parse(string pattern)
    {
        TextPattern? parsed = PatternParser.Parse(pattern, out string? mistake);
        Assert.True(parsed is not null, $"{pattern}: {mistake}");
        return parsed;
    }

    private static string? Match(TextPattern pattern, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var starts = new int[pattern.Fields.Count];
        var ends = new int[pattern.Fields.Count];
        return pattern.TryMatch(bytes, false, starts, ends) ? string.Join('|', starts.Zip(ends).Select(p => Encoding.UTF8.GetString(bytes[p.First..p.Second]))) : null;
    }
}
