using System.Linq;
using DataStream.Config;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>Every error stands at its line and column.</summary>
public sealed class PlacesTests
{
    [Fact]
    public void Of_twelve_mistakes_those_of_form_are_reported_together_and_in_order()
    {
        // The mistakes marked - are about names and types, which the planner binds.
        LoadedConfig loaded = Loading.Load("""
            stream_settings:
              stream_input: file:in.csv
              stream_output: file:out.csv
              input_format: csv
              output_format: cvs                                               # 1
              schema:
                time: timestamp
                device: txt                                                    # 2
                v: float64
              event_time: {field: time, max_out_of_orderness: soon, allowed_lateness: 0s}   # 3
            modules:
              - {module_name: a, module_class: filtre, where: "v > 0"}         # 4 -
              - {module_name: b, module_class: filter, where: "0 < w"}         # 5 -
              - {module_name: c, module_class: filter, where: "v > sqroot(4)"} # 6 -
              - {module_name: d, module_class: clamp, field: v, min: 0, max: 9, maxx: 9}    # 7 -
            error_handling:
              on_error: ignore                                                 # 8
            performance_tuning:
              threads: 1
              threads: 2                                                       # 9
              partition_size: 100                                              # 10
              ring_size: 15                                                    # 11
              wait_strategy: sleepy                                            # 12
            """);
        Assert.Equal("5:18 8:13 10:51 17:13 20:3 21:19 22:14 23:18", Loading.Places(loaded));
        Assert.Contains("did you mean 'csv'", Loading.Text(loaded));
        Assert.Equal(4, loaded.Config!.Modules.Count);
    }

    [Fact]
    public void Wrong_values_are_reported_at_their_first_character()
    {
        LoadedConfig loaded = Loading.Load("""
            stream_settings:
              stream_input: file:in.csv
              stream_output: file:out.csv
              input_format: csw                       # no such format
              output_format: csv
              schema: {t: timestamp, v: int63}        # no such type
              event_time: {field: u, max_out_of_orderness: 2 parsecs, allowed_lateness: 0s}
            logging_level: loud                       # no such level
            error_handling:
              on_error: ignore                        # no such policy
              retry: {max_attempts: many, backoff: soon, max_backoff: 10s}   # no number; no duration
            performance_tuning:
              partition_size: 100                     # no multiple of 64
              payload_size: 1KiB                      # below 4KiB
              ring_size: 15                           # no power of two
              memory_budget: 1 parsec                 # no size
              wait_strategy: sleep                    # no such strategy
            """);
        Assert.Equal("4:17 6:29 7:48 8:16 10:13 11:25 11:40 13:19 14:17 15:14 16:18 17:18", Loading.Places(loaded));
    }

    [Theory]
    [InlineData("{module_name: a, module_class: filter, where: \"v > 2 and w < 3\"}", "w", "8:62")]
    [InlineData("{module_name: a, module_class: filter, where: 'id == 1 or  x == 2'}", "x", "8:64")]
    [InlineData("{module_name: a, module_class: filter, where: v + sqroot(4)}", "sqroot", "8:55")]
    [InlineData("{module_name: a, module_class: filter, where: 'it''s x'}", "x", "8:51")]
    [InlineData("{module_name: a, module_class: filter, where: \"a\\tb x\"}", "x", "8:51")]
    [InlineData("{module_name: a, module_class: filter, where: \"🙂 x\"}", "x", "8:54")]
    [InlineData("{module_name: a, module_class: filter, where: &a \"v x\"}", "x", "8:57")]
    [InlineData("module_name: a\n    module_class: filter\n    where: |\n      v > 1\n      and  y > 2\n", "y", "12:12")]
    [InlineData("module_name: a\n    module_class: filter\n    where: |2-\n      v > 1\n        and  y > 2\n", "y", "12:14")]
    [InlineData("module_name: a\n    module_class: filter\n    where: |  # why\n\n      v > 1\n\n      and  y > 2\n", "y", "14:12")]
    [InlineData("module_name: a\n    module_class: filter\n    where: >\n      v > 1\n      and  y > 2\n", "y", "10:12")]
    [InlineData("module_name: a\n    module_class: filter\n    where: v > 1\n      and y > 2\n", "y", "10:12")]
    [InlineData("module_name: a\r\n    module_class: filter\r\n    where: |\r\n      v > 1\r\n      and  y > 2\r\n", "y", "12:12")]
    public void A_character_of_an_expression_has_its_place(string module, string token, string place)
    {
        PipelineConfig config = Loading.LoadGood(Loading.Good + "modules:\n  - " + module);
        var where = (ConfigScalar)config.Modules[0].Settings["where"]!;
        Assert.Equal("config.yaml:" + place, where.PlaceAt(where.Value.IndexOf(token, System.StringComparison.Ordinal)).ToString());
    }

    [Fact]
    public void A_place_behind_the_last_character_is_behind_it()
    {
        PipelineConfig config = Loading.LoadGood(Loading.Good + "modules:\n  - {module_name: a, module_class: filter, where: \"v >\"}");
        var where = (ConfigScalar)config.Modules[0].Settings["where"]!;
        Assert.Equal("config.yaml:8:55", where.PlaceAt(3).ToString());
    }

    [Theory]
    [InlineData("logging_level: loud\n", "none, not 'loud'")]
    [InlineData("error_handling: {on_error: ignore}\n", "or fail, not 'ignore'")]
    [InlineData("performance_tuning: {wait_strategy: spin}\n", "or block, not 'spin'")]
    [InlineData("performance_tuning: {wait_strategy: yeild}\n", "not 'yeild'; did you mean 'yield'?")]
    public void The_words_that_a_key_takes_are_listed_once(string yaml, string end) => Assert.EndsWith(end, Loading.Text(Loading.Load(Loading.Good + yaml)));

    [Theory]
    [InlineData("performance_tuning:\n  threads: 1\n  ring_size: 16\n  threads: 2\n", "10:3", "twice")]
    [InlineData("performance_tuning:\n  payload_size: 4KiB\n  max_record_size: 8KiB\n", "9:20", "payload_size")]
    [InlineData("performance_tuning:\n  wait_strategi: block\n", "8:3", "did you mean 'wait_strategy'")]
    [InlineData("error_handling:\n  on_error: dead_letter\n", "8:13", "'dead' output")]
    [InlineData("security_settings: {palisade: high}\n", "7:21", "not supported in this version")]
    [InlineData("securty_settings: {}\n", "7:1", "did you mean 'security_settings'")]
    [InlineData("modules:\n  - module_class: filter\n", "8:5", "module_name")]
    [InlineData("modules:\n  - {module_name: a}\n", "8:5", "module_class")]
    [InlineData("modules:\n  - filter\n", "8:5", "module_name")]
    [InlineData("modules:\n  - {module_name: a, module_class: filter}\n  - {module_name: a, module_class: filter}\n", "9:19", "already")]
    [InlineData("modules:\n  - {module_name: a, module_class: filter, on_error: dead_letter}\n", "8:54", "'dead' output")]
    [InlineData("data_cleaning: {a: b}\n", "7:16", "list of modules")]
    [InlineData("error_handling: {error_budget: 101%}\n", "7:32", "share")]
    [InlineData("performance_tuning: {cpu_affinity: [0, x, 0]}\n", "7:40 7:43", "core")]
    [InlineData("performance_tuning: {threads: 0}\n", "7:31", "auto")]
    [InlineData("logging_level: {default: info, DataStream.Runtime: lout}\n", "7:52", "trace")]
    [InlineData("performance_tuning: [1]\n", "7:21", "map")]
    public void A_mistake_outside_stream_settings(string yaml, string places, string message)
    {
        LoadedConfig loaded = Loading.Load(Loading.Good + yaml);
        Assert.Equal(places, Loading.Places(loaded));
        Assert.Contains(message, Loading.Text(loaded));
    }

    [Theory]
    [InlineData("", "1:1", "stream_settings")]
    [InlineData("# nothing\n", "1:1", "stream_settings")]
    [InlineData("~", "1:1", "stream_settings")]
    [InlineData("- a\n", "1:1", "map")]
    [InlineData("logging_level: info\nstream_settings:\n  stream_input: file:in.csv\n  stream_output: file:out.csv\n", "2:1", "schema")]
    [InlineData("stream_settings: {stream_output: stdout, schema: {a: text}}", "1:1", "stream_input")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: {dead: file:d.ndjson}, schema: {a: text}}", "1:40", "main")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: {main: stdout, late: \"stdout:\"}, schema: {a: text}}", "1:76", "two targets")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: {main: file:a/../x.csv, late: file:x.csv}, schema: {a: text}}", "1:85", "two targets")]
    [InlineData("stream_settings: {stream_input: \"mqtt://localhost/orders\", stream_output: stdout, schema: {a: text}}", "1:33", "not supported in this version")]
    [InlineData("stream_settings: {stream_input: [file:a.csv, \"tcp://:9\"], stream_output: stdout, schema: {a: text}}", "1:46", "not supported in this version")]
    [InlineData("stream_settings: {stream_input: {uri: fil:a.csv}, stream_output: stdout, schema: {a: text}}", "1:39", "did you mean 'file'")]
    [InlineData("stream_settings: {stream_input: {url: file:a.csv}, stream_output: stdout, schema: {a: text}}", "1:34", "did you mean 'uri'")]
    [InlineData("stream_settings: {stream_input: {uri: file:a.csv, grup: x}, stream_output: stdout, schema: {a: text}}", "1:51", "grup")]
    [InlineData("stream_settings: {stream_input: in.csv, stream_output: stdout, schema: {a: text}}", "1:33", "file:in.csv")]
    [InlineData("stream_settings: {stream_input: stdout, stream_output: stdin, schema: {a: text}}", "1:33 1:56", "is an output, no input")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: stdout, input_format: table, output_format: binary, schema: {a: text}}", "1:77 1:99", "is read, not written")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: stdout, input_format: {header: true}, schema: {a: text}}", "1:63", "'type'")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: {uri: stdout, when_full: drop}, schema: {a: text}}", "1:80", "shed")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: {main: stdout, dead: {uri: file:d, when_full: shed}}, schema: {a: text}}", "1:101", "always blocks")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: {main: {uri: stdout, where: a}}, schema: {a: text}}", "1:76", "every row")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: stdout, schema: {a: {type: timestamp, time_zone: Mars/Olympus}}}", "1:104", "time zone")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: stdout, schema: {a: {type: int64, format: x}}}", "1:89", "timestamps")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: stdout, schema: {a: {nullable: false}}}", "1:72", "'type'")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: stdout, schema: {a: decimal(19), b: {type: text, nulable: no}}}", "1:75 1:104", "nullable")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: stdout, schema: {a: text}, event_time: {max_out_of_orderness: 1s}}", "1:82", "'field'")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: stdout, schema: {a: text}, event_time: {field: a, max_future: 1d}}", "1:105", "not supported in this version")]
    [InlineData("stream_settings: {stream_input: stdin, stream_output: stdout, schema: {}}", "1:63", "field")]
    public void A_mistake_in_stream_settings(string yaml, string places, string message)
    {
        LoadedConfig loaded = Loading.Load(yaml);
        Assert.Equal(places, Loading.Places(loaded));
        Assert.Contains(message, Loading.Text(loaded));
    }

    [Fact]
    public void Errors_are_sorted_by_file_then_variables_then_options_as_given()
    {
        LoadedConfig loaded = Loading.Load(
            Loading.Good + "performance_tuning: {payload_size: 1}",
            new() { ["DATASTREAM__PERFORMANCE_TUNING__TREADS"] = "1", ["DATASTREAM__FOO"] = "1" },
            ConfigOverlay.Set("performance_tuning.ring_size", "x"),
            ConfigOverlay.Threads("none"),
            ConfigOverlay.Set("error_handling.on_error", "y"));
        Assert.Equal("7:36 env:DATASTREAM__FOO env:DATASTREAM__PERFORMANCE_TUNING__TREADS --set --threads --set", Loading.Places(loaded));
        Assert.Equal(["ring_size", "threads", "on_error"], loaded.Errors.Sorted().Skip(3).Select(e => e.Message.Split('\'')[1]));
    }
}
