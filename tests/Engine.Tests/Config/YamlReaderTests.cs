using System;
using System.Diagnostics;
using System.Linq;
using System.Text;
using DataStream.Config;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>YAML in all its forms, good, wrong and hostile.</summary>
public sealed class YamlReaderTests
{
    private static ConfigNode? Read(string yaml, out ConfigErrors errors) => Read(Encoding.UTF8.GetBytes(yaml), out errors);

    private static ConfigNode? Read(byte[] yaml, out ConfigErrors errors)
    {
        errors = new ConfigErrors();
        return YamlReader.Read("config.yaml", yaml, errors);
    }

    private static string Alone(string yaml)
    {
        ConfigNode? root = Read(yaml, out ConfigErrors errors);
        Assert.Null(root);
        return Assert.Single(errors.Sorted()).ToString();
    }

    /// <summary>Nodes as text: maps in braces, nulls as ~, other scalars in quotes.</summary>
    private static string Shown(ConfigNode? node) => node switch
    {
        ConfigScalar { IsNull: true } => "~",
        ConfigScalar scalar => $"'{scalar.Value}'",
        ConfigList list => "[" + string.Join(' ', list.Select(Shown)) + "]",
        ConfigMap map => "{" + string.Join(' ', map.Select(e => e.Key + ":" + Shown(e.Value))) + "}",
        _ => "nothing",
    };

    [Theory]
    [InlineData("a: [no, 012, 1:30, 0x1F, 1e3, true, 2026-01-01]", "{a:['no' '012' '1:30' '0x1F' '1e3' 'true' '2026-01-01']}")]
    [InlineData("a: ~\nb: null\nc:\nd: \"null\"\ne: ''", "{a:~ b:~ c:~ d:'null' e:''}")]
    [InlineData("a: &x {b: 1}\nc: *x\nd: [*x, *x]", "{a:{b:'1'} c:{b:'1'} d:[{b:'1'} {b:'1'}]}")]
    [InlineData("&k a: 1\nb: *k", "{a:'1' b:'a'}")]
    [InlineData("a: {b: &x 1, c: *x}", "{a:{b:'1' c:'1'}}")]
    [InlineData("a: {b: &x \"1\", c: &y 2 , d: *x,\n e: [*y, &z 3, *z]}\nf: *z", "{a:{b:'1' c:'2' d:'1' e:['2' '3' '3']} f:'3'}")]
    [InlineData("{&k a: &v b, c: *k, d: *v,}", "{a:'b' c:'a' d:'b'}")]
    [InlineData("a: {b: &x 1 # why\n  , c: *x} # so", "{a:{b:'1' c:'1'}}")]
    [InlineData("a: [b, c: d, {e: f}]", "{a:['b' {c:'d'} {e:'f'}]}")]
    [InlineData("a: |\n  x\n  y\nb: >-\n  x\n  y\nc: \"p\\tq\\u00e9\"", "{a:'x\ny\n' b:'x y' c:'p\tq\u00e9'}")]
    [InlineData("%YAML 1.2\n---\na: 1\n...\n", "{a:'1'}")]
    [InlineData("? a\n: b", "{a:'b'}")]
    [InlineData("a:\n- b: 1\n  c: 2\n-\n  - d", "{a:[{b:'1' c:'2'} ['d']]}")]
    [InlineData("\ufeffa: 1", "{a:'1'}")]
    [InlineData("", "{}")]
    public void Good_yaml_becomes_nodes(string yaml, string shown)
    {
        ConfigNode? root = Read(yaml, out ConfigErrors errors);
        Assert.Empty(errors.Sorted());
        Assert.Equal(shown, Shown(root));
    }

    [Theory]
    [InlineData("a: 1\nb: 2\na: 3", "{a:'1' b:'2'}", "3:1: error duplicate_key")]
    [InlineData("a: {b: 1, b: [1, 2]}", "{a:{b:'1'}}", "1:11: error duplicate_key")]
    [InlineData("a: &x {b: 1}\nc: {<<: *x, d: 2}", "{a:{b:'1'} c:{d:'2'}}", "2:5: error merge_key")]
    [InlineData("[a, b]: 1\nc: 2", "{c:'2'}", "1:1: error bad_key")]
    [InlineData("? {a: {b: c}}\n: 1\nc: 2", "{c:'2'}", "1:3: error bad_key")]
    [InlineData(": 1\nc: 2", "{c:'2'}", "1:1: error bad_key")]
    [InlineData("a: &x b\n*x : 1", "{a:'b'}", "2:1: error bad_key")]
    [InlineData("a: !!str 12", "{a:'12'}", "1:4: error tag")]
    public void Unusable_keys_and_tags_are_reported_and_reading_goes_on(string yaml, string shown, string error)
    {
        ConfigNode? root = Read(yaml, out ConfigErrors errors);
        Assert.Equal(shown, Shown(root));
        Assert.StartsWith("config.yaml:" + error, Assert.Single(errors.Sorted()).ToString());
    }

    [Theory]
    [InlineData("a: 1\na: 2\nb: \"file:in.csv\n", "config.yaml:3:4: error yaml_syntax")]
    [InlineData("a: [1, 2\n", "config.yaml:2:1: error yaml_syntax")]
    [InlineData("a: b: c\n", "config.yaml:1:5: error yaml_syntax")]
    [InlineData("a: 1\n---\nb: 2\n", "config.yaml:2:1: error yaml_syntax")]
    [InlineData("a: *b\n", "config.yaml:1:4: error yaml_syntax")]
    [InlineData("a: &b [*b]\n", "config.yaml:1:8: error yaml_syntax")]
    [InlineData("a: {b: &x 1 c: 2}", "config.yaml:1:14: error yaml_syntax")]
    [InlineData("a: {b: &x 1, c: 2", "config.yaml:1:18: error yaml_syntax")]
    [InlineData("a: b\n  \0c", "config.yaml:2:3: error yaml_syntax")]
    [InlineData("a: \u001b[31m", "config.yaml:1:4: error yaml_syntax")]
    public void A_syntax_error_comes_alone(string yaml, string error) => Assert.StartsWith(error, Alone(yaml));

    [Theory]
    [InlineData("s:\n\ti: stdin\n", "2:1")]
    [InlineData("s:\n  i: stdin\n\to: x\n", "3:1")]
    [InlineData("s:\n  i: stdin\n  \td: e\n", "3:3")]
    [InlineData("s:\n  x:\n    - a\n\t- b\n", "4:1")]
    [InlineData("a:\n  - {b: 1,\n\tc: 2}\n", "3:1")]
    [InlineData("a: |\n  x\n\ty\n", "3:1")]
    [InlineData("q: 1\nz:\n  k: |\n    \tx\n  s:\n  \ti: stdin\n", "6:3")]
    [InlineData("a:\n  b: \"x\"\n\n\tc: 2\n", "4:1")]
    public void A_tab_that_indents_is_told_at_its_place(string yaml, string place) => Assert.StartsWith($"config.yaml:{place}: error yaml_syntax: this is no YAML: a tab indents", Alone(yaml));

    [Fact]
    public void Bytes_that_are_no_utf8_are_named_at_their_place()
    {
        Assert.Null(Read([.. "a: 1\nb: caf"u8, 0xe9, .. "\n"u8], out ConfigErrors errors));
        Assert.StartsWith("config.yaml:2:7: error not_utf8", Assert.Single(errors.Sorted()).ToString());
        Assert.Null(Read(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("a: 1")).ToArray(), out errors));
        Assert.StartsWith("config.yaml:1:1: error not_utf8", Assert.Single(errors.Sorted()).ToString());
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{a: ", "}")]
    [InlineData("[{a: ", "}]")]
    [InlineData("- ", "")]
    [InlineData("? ", "")]
    [InlineData("{? ", "}")]
    [InlineData("[? ", "]")]
    [InlineData("!a ", "")]
    [InlineData("&a ", "")]
    [InlineData("[", "")]
    [InlineData("{", "")]
    [InlineData("\"a\": {", "")]
    [InlineData("%", "")]
    [InlineData("|", "")]
    [InlineData("- - ? - ", "")]
    public void Nesting_that_would_overflow_a_stack_is_an_ordinary_error(string opening, string closing)
    {
        string yaml = "stream_settings: " + Repeat(opening, 20_000) + Repeat(closing, 20_000);
        Assert.StartsWith("config.yaml:", Alone(yaml));
        Assert.StartsWith("config.yaml:", Alone(Repeat(opening, 20_000) + "a" + Repeat(closing, 20_000)));
    }

    [Fact]
    public void Nesting_by_indentation_is_an_ordinary_error()
    {
        var yaml = new StringBuilder();
        for (int i = 0; i < 1000; i++)
        {
            yaml.Append(' ', i).Append("a:\n");
        }

        Assert.StartsWith("config.yaml:65:65: error too_deep", Alone(yaml.ToString()));
    }

    [Fact]
    public void Nesting_through_aliases_is_an_ordinary_error()
    {
        var yaml = new StringBuilder("a0: &a0 [x]\n");
        for (int i = 1; i < 1000; i++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}]\n");
        }

        Assert.Contains("error too_deep", Alone(yaml.ToString()));
    }

    [Fact]
    public void Aliases_that_would_grow_past_all_bounds_are_an_ordinary_error()
    {
        var yaml = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x]\n");
        for (char c = 'b'; c <= 'i'; c++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"{c}: &{c} [{string.Join(", ", Enumerable.Repeat("*" + (char)(c - 1), 9))}]\n");
        }

        Assert.StartsWith("config.yaml:6:8: error too_big", Alone(yaml.ToString()));
    }

    [Theory]
    [InlineData("{0}: 1")]
    [InlineData("\"{0}\": 1")]
    [InlineData("? {0}\n: 1")]
    [InlineData("a: {0}: 1")]
    [InlineData("[{0}: 1]")]
    public void A_key_of_a_megabyte_is_an_ordinary_error_and_is_not_repeated(string form)
    {
        string error = Alone("stream_settings: {}\n" + form.Replace("{0}", new string('k', 1_000_000)));
        Assert.StartsWith("config.yaml:2:", error);
        Assert.True(error.Length < 300);
    }

    [Fact]
    public void A_text_past_the_limit_of_bytes_is_an_ordinary_error() =>
        Assert.StartsWith("config.yaml:1:1: error too_big", Alone("# " + new string('x', YamlReader.MaxBytes)));

    [Theory]
    [InlineData("a: [", "x, ", "]")]
    [InlineData("a: {", "x: 1, ", "}")]
    [InlineData("a:\n", "  x: 1\n", "")]
    [InlineData("", "x: 1\n", "")]
    [InlineData("a: |\n", "  x\n", "")]
    [InlineData("a: >\n", "  x\n\n", "")]
    [InlineData("a: \"", "x\n ", "\"")]
    [InlineData("a: ", "x ", "")]
    [InlineData("a: ", "x\n  ", "")]
    [InlineData("a:", "\n\n  ", "b")]
    [InlineData("", "# x\n", "")]
    [InlineData("a: '", "''", "'")]
    [InlineData("a: &a [x]\nb: [", "*a, ", "]")]
    [InlineData("modules: [", "{module_name: a}, ", "]")]
    [InlineData("stream_settings: {schema: {", "? {}, ", "}}")]
    [InlineData("stream_settings: {stream_output: {", "a: b, ", "}}")]
    public void Text_of_any_length_is_read_in_no_time(string before, string repeated, string after)
    {
        string yaml = before + Repeat(repeated, YamlReader.MaxBytes / 6 / repeated.Length) + after;
        var watch = Stopwatch.StartNew();
        LoadedConfig loaded = Loading.Load(yaml);
        Assert.NotEqual(0, loaded.Errors.Count);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void A_line_of_a_megabyte_is_read_in_no_time()
    {
        // Places are found without walking the line: a hundred thousand walks over a megabyte would take minutes.
        var watch = Stopwatch.StartNew();
        Assert.Contains("error too_big", Alone("a: [" + Repeat("x, ", (YamlReader.MaxBytes / 3) - 10) + "]"));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Random_changes_of_bytes_never_crash_or_hang()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] good = Encoding.UTF8.GetBytes(Sample);
        byte[] pieces = "[]{}:,-?&*!|>'\"%@`#\\ \t\r\n~<$.0aé"u8.ToArray();
        for (int run = 0; run < 1_000; run++)
        {
            byte[] changed = [.. good];
            for (int i = random.Next(1, 12); i > 0; i--)
            {
                int at = random.Next(changed.Length);
                byte put = random.Next(4) == 0 ? (byte)random.Next(256) : pieces[random.Next(pieces.Length)];
                changed = random.Next(4) switch
                {
                    0 => [.. changed.AsSpan(0, at), put, .. changed.AsSpan(at)],
                    1 => [.. changed.AsSpan(0, at), .. changed.AsSpan(Math.Min(changed.Length, at + random.Next(9)))],
                    2 => [.. changed.AsSpan(0, at), .. changed.AsSpan(random.Next(changed.Length))],
                    _ => [.. changed.AsSpan(0, at), put, .. changed.AsSpan(at + 1)],
                };
                changed = changed.Length == 0 ? [put] : changed[..Math.Min(changed.Length, 8192)];
            }

            try
            {
                LoadedConfig loaded = ConfigLoader.LoadText(new ConfigRequest("config.yaml") { Environment = new System.Collections.Generic.Dictionary<string, string>() }, changed);
                Assert.All(loaded.Errors.Sorted(), e => Assert.True(e.Place.Line > 0 && e.Place.Column > 0, e.ToString()));
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, run {run}: {e}\n{Convert.ToBase64String(changed)}");
            }
        }
    }

    private const string Sample = """
        # a comment
        stream_settings:
          stream_input: [file:a.csv, "file:b*.csv"]
          stream_output: {main: stdout, dead: file:out/dead.ndjson, hot: {uri: 'file:hot.csv', where: "v > 3"}}
          input_format:  &f {type: csv, header: true, null_values: [NA, '', "\u00e9\n"]}
          output_format: csv
          schema:
            timestamp: {type: timestamp, source: [Date, Time], format: "dd/MM/yyyy HH:mm", time_zone: Europe/Copenhagen}
            price: decimal(2)
          event_time: {field: timestamp, max_out_of_orderness: 2s, allowed_lateness: 0s}
        modules:
          - {module_name: valid, module_class: filter, where: &w "price == 0 and price between -50 and 150"}
          - module_name: 'it''s'
            module_class: filter
            where: |
              price > 1
                and price < 2
          - module_name: more
            module_class: filter
            where: >-
              price > 1

              and price < 2
          - {module_name: again, module_class: filter, where: *w}
        error_handling: {on_error: dead_letter, error_budget: 1%, retry: {max_attempts: 5, backoff: 100ms}}
        logging_level: {default: info, "DataStream.Runtime": debug}
        performance_tuning:
          threads: auto
          cpu_affinity: [0, 1]
          payload_size: 256KiB
        security_settings: {}
        """;

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    [Fact]
    public void The_text_that_is_changed_at_random_is_good() => Loading.LoadGood(Sample);
}
