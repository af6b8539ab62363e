using System;
using System.IO;
using System.Linq;
using DataStream.Config;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary>Files to records.</summary>
public sealed class ConfigLoaderTests
{
    [Fact]
    public void Every_key_of_the_contract_is_read()
    {
        PipelineConfig config = Loading.LoadGood("""
            stream_settings:
              stream_input: file:samples/sensors/input.csv
              stream_output: {main: stdout, dead: file:out/dead.ndjson, hot: {uri: file:hot.csv, format: {type: csv}, when_full: shed, where: v > 3, decimals: 2}}
              input_format:  {type: csv, header: true}
              output_format: csv
              schema:
                timestamp:   timestamp
                device:      {type: text, source: dev, path: 'a."b.c"[0]', nullable: false, null_values: [no, 012]}
                day:         {type: timestamp, source: [Date, Time], format: [dd/MM/yyyy HH:mm, d MMM], time_zone: Europe/Copenhagen}
                price:       decimal(2)
              event_time: {field: timestamp, max_out_of_orderness: unbounded, allowed_lateness: 1s, idle_timeout: 30s}
            data_cleaning:
              - {module_name: valid, module_class: filter, where: "status == 0", on_error: fail}
            modules:
              - {module_name: f, module_class: map, set: {a: "b", c: "d"}}
            error_handling:
              on_error: dead_letter
              error_budget: 1%
              retry: {max_attempts: 7, backoff: 200ms, max_backoff: 1m}
            logging_level: {default: info, x: trace}
            performance_tuning:
              threads: 2
              cpu_affinity: [0, 1]
              partition_size: 4096
              payload_size: 1MiB
              max_record_size: 512KiB
              ring_size: 32
              memory_budget: 1GB
              wait_strategy: block
              allocations: fail
            security_settings: {}
            """);
        StreamSettings stream = config.Stream;
        Assert.Equal("file:samples/sensors/input.csv", stream.Inputs.Single().Uri);
        Assert.Equal(["main stdout: block", "dead file:out/dead.ndjson block", "hot file:hot.csv shed"], stream.Outputs.Select(o => $"{o.Name} {o.Uri} {o.WhenFull}"));
        Assert.Equal(("v > 3", "csv", "2"), (stream.Outputs[2].Where!.Value, stream.Outputs[2].Format!.Type, stream.Outputs[2].Options["decimals"]!.ToString()));
        Assert.Equal(("csv", "header", "csv"), (stream.InputFormat!.Type, stream.InputFormat.Options.Single().Key, stream.OutputFormat!.Type));
        Assert.Equal(["timestamp timestamp", "device text", "day timestamp", "price decimal(2)"], stream.Schema!.Select(f => $"{f.Name} {f.Type}"));
        SchemaField device = stream.Schema![1];
        Assert.Equal(("dev", "a.\"b.c\"[0]", false, "no,012"), (device.Sources.Single(), device.JsonPath, device.Nullable, string.Join(',', device.NullValues)));
        SchemaField day = stream.Schema[2];
        Assert.Equal(("Date,Time", "dd/MM/yyyy HH:mm,d MMM", "Europe/Copenhagen"), (string.Join(',', day.Sources), string.Join(',', day.Formats), day.TimeZone));
        Assert.Equal(new EventTimeConfig("timestamp") { MaxOutOfOrderness = long.MaxValue, AllowedLateness = 1_000_000, IdleTimeout = 30_000_000 }, stream.EventTime);
        ModuleConfig valid = config.DataCleaning.Single();
        Assert.Equal(("valid", "filter", OnError.Fail, "where"), (valid.Name, valid.Class, valid.OnError!.Value, valid.Settings.Single().Key));
        Assert.Equal(("f", "modules.0"), (config.Modules.Single().Name, config.Modules.Single().Path));
        Assert.Equal(new ErrorHandling { OnError = OnError.DeadLetter, ErrorBudget = 0.01, MaxAttempts = 7, Backoff = 200_000, MaxBackoff = 60_000_000 }, config.Errors);
        Assert.Equal(("info", "trace"), (config.LoggingLevels[""], config.LoggingLevels["x"]));
        PerformanceTuning tuning = config.Tuning;
        Assert.Equal([0, 1], tuning.CpuAffinity!);
        Assert.Equal(
            new PerformanceTuning { Threads = 2, PartitionSize = 4096, PayloadSize = 1 << 20, MaxRecordSize = 512 << 10, RingSize = 32, MemoryBudget = 1_000_000_000, WaitStrategy = "block", Allocations = "fail" },
            tuning with { CpuAffinity = null });
    }

    [Fact]
    public void Absent_sections_and_empty_ones_give_the_defaults()
    {
        PipelineConfig config = Loading.LoadGood(Loading.Good + "data_cleaning:\nmodules: []\nerror_handling:\nlogging_level:\nperformance_tuning: {threads: auto, cpu_affinity: none}\nsecurity_settings:\n");
        Assert.Equal(new ErrorHandling(), config.Errors);
        Assert.Empty(config.Tuning.CpuAffinity!);
        Assert.Equal(new PerformanceTuning(), config.Tuning with { CpuAffinity = null });
        Assert.Null(config.Stream.EventTime);
    }

    [Theory]
    [InlineData("generator:sensors?events=10", true)]
    [InlineData("memory:orders", true)]
    [InlineData("stdin", false)]
    [InlineData("file:a.csv", false)]
    [InlineData("[file:a.csv, \"generator:sensors\"]", false)]
    public void Some_inputs_need_no_schema(string input, bool isGood) =>
        Assert.Equal(isGood, Loading.Load($"stream_settings: {{stream_input: {(input[0] == '[' ? input : $"\"{input}\"")}, stream_output: stdout}}").Errors.Count == 0);

    [Fact]
    public void Registered_formats_are_known_and_need_no_schema()
    {
        var request = new ConfigRequest("c.yaml") { Environment = new System.Collections.Generic.Dictionary<string, string>(), RegisteredFormats = ["mine"] };
        byte[] yaml = "stream_settings: {stream_input: stdin, stream_output: stdout, input_format: mine, output_format: {type: mine, x: 1}}"u8.ToArray();
        Assert.Empty(ConfigLoader.LoadText(request, yaml).Errors.Sorted());
        Assert.NotEmpty(ConfigLoader.LoadText(request with { RegisteredFormats = [] }, yaml).Errors.Sorted());
    }

    [Fact]
    public void Places_of_keys_and_values_are_kept()
    {
        PipelineConfig config = Loading.LoadGood(Loading.Good + "modules:\n  - {module_name: a, module_class: filter, wher: x}");
        Assert.Equal("config.yaml:8:44", config.Modules[0].Settings.Find("wher")!.KeyPlace.ToString());
        Assert.Equal("config.yaml:8:5", config.Modules[0].Settings.Place.ToString());
        Assert.Equal("config.yaml:3:18", config.PlaceOf("stream_settings.stream_output").ToString());
        Assert.Equal("config.yaml:3:18", config.Stream.Outputs[0].UriPlace.ToString());
    }

    [Fact]
    public void The_hash_is_of_what_is_meant_not_of_how_it_is_written()
    {
        string hash = Loading.LoadGood(Loading.Good).Hash;
        Assert.Matches("^[0-9a-f]{64}$", hash);
        Assert.Equal(hash, Loading.LoadGood("# why\n" + Loading.Good.Replace("file:in.csv", "\"file:in.csv\"", StringComparison.Ordinal)).Hash);
        Assert.NotEqual(hash, Loading.LoadGood(Loading.Good.Replace("in.csv", "im.csv", StringComparison.Ordinal)).Hash);
        Assert.NotEqual(hash, Loading.LoadGood(Loading.Good, null, ConfigOverlay.Threads("2")).Hash);
    }

    [Fact]
    public void A_file_that_is_missing_or_a_folder_is_one_error_with_the_path()
    {
        ConfigException e = Assert.Throws<ConfigException>(() => DataStream.Config.Config.Load("no/such/pipeline.yaml"));
        Assert.Contains("no/such/pipeline.yaml", Assert.Single(e.Errors).ToString());
        Assert.Contains(Path.GetTempPath(), Assert.Throws<ConfigException>(() => DataStream.Config.Config.Load(Path.GetTempPath())).Message);
    }

    [Fact]
    public void Load_throws_with_all_errors_or_gives_the_configuration()
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Loading.Good);
            Assert.Equal(file, DataStream.Config.Config.Load(file).File);
            File.WriteAllText(file, Loading.Good + "performance_tuning: {a: 1, b: 2}");
            Assert.Equal(2, Assert.Throws<ConfigException>(() => DataStream.Config.Config.Load(file)).Errors.Count);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
