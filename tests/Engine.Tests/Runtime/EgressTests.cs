using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Runtime;
using DataStream.Tests.Sources;
using Xunit;
using static DataStream.Tests.Runtime.EgressRows;

namespace DataStream.Tests.Runtime;

/// <summary>Rows that go to the embedding program: values, order, names.</summary>
public sealed class EgressTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_kind_of_column_becomes_its_field()
    {
        string csv = "at,device,n,x,ok\n2026-01-02T03:04:05.678901Z,éclair,-7,0.5,true\n,,,,\n9999-12-31T23:59:59.999999Z,exactly16bytes!!,2147483648,1e300,false\n2026-01-02,seventeen bytes é,1,1,1\n";
        PipelineConfig config = FromFile(_folder.Write("in.csv", csv),
            new("at", "timestamp"), new("device", "text"), new("n", "int64"), new("x", "float64"), new("ok", "bool"));
        await using var processor = DataStreamProcessor.Create(config);
        var rows = new List<Everything>();
        EgressPort port = processor.OnRows("results", (ReadOnlySpan<Everything> some) => rows.AddRange(some));
        await processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.Equal(4, rows.Count);
        Assert.Equal(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc).AddTicks(6_789_010), rows[0].At);
        Assert.Equal(DateTimeKind.Utc, rows[0].At.Kind);
        Assert.Equal(("éclair", -7, 0.5, true), (rows[0].Device.ToString(), rows[0].N, rows[0].X, rows[0].Ok));
        Assert.Equal((default, "", null, double.NaN, null), (rows[1].At, rows[1].Device.ToString(), rows[1].N, rows[1].X, rows[1].Ok));
        Assert.Equal(("exactly16bytes!!", null, 1e300, false), (rows[2].Device.ToString(), rows[2].N, rows[2].X, rows[2].Ok));
        Assert.Equal("seventeen bytes ", rows[3].Device.ToString());
        Assert.Equal(2, port.UnfitValues); // 2147483648 in an int, and 18 bytes in 16
    }

    [Fact]
    public async Task A_struct_goes_through_unchanged()
    {
        await using var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results"));
        Ingress<Both> input = processor.OpenIngress<Both>("orders");
        var rows = new List<Both>();
        processor.OnRows("results", (ReadOnlySpan<Both> some) => rows.AddRange(some));
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        Both[] sent =
        [
            new() { A = -1, B = 200, C = 3_000_000_000, D = 1.5f, E = true, F = new Timestamp(5), G = 7, H = DateTime.UnixEpoch },
            new() { D = float.NaN, G = null, H = null },
        ];
        foreach (Both each in sent)
        {
            input.Publish(in each);
        }

        input.Complete();
        await run;
        Assert.Equal(sent, rows);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Rows_come_in_order_at_any_number_of_lanes(int lanes)
    {
        string file = _folder.Write("in.csv", "n\n" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i}\n")));
        PipelineConfig config = FromFile(file, new SchemaField("n", "int64")) with
        {
            Tuning = new PerformanceTuning { Threads = lanes, CpuAffinity = [], PayloadSize = 4096, RingSize = 2 },
        };
        await using var processor = DataStreamProcessor.Create(config);
        var consumer = new Numbers();
        processor.OnRows("results", consumer);
        await processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.Equal(Enumerable.Range(0, 30_000).Select(i => (long)i), consumer.Seen);
        Assert.Equal([null], consumer.Ends);
        Assert.Equal(30_000, processor.GetStatus().Ledger.Out);
        Assert.Equal(lanes == 1, consumer.Threads.SequenceEqual(["lane 0"]));
    }

    [Fact]
    public async Task Windows_come_as_structs_with_their_keys()
    {
        PipelineConfig config = FromFile(_folder.Write("in.csv", "at,device,x\n2026-01-01T00:00:01Z,a,1\n2026-01-01T00:00:02Z,a,3\n2026-01-01T00:00:03Z,b,5\n"),
            new("at", "timestamp"), new("device", "text"), new("x", "float64"));
        config = config with { Stream = config.Stream with { EventTime = new EventTimeConfig("at") } };
        config.Modules.Add(new ModuleConfig("w", "window")
        {
            Settings = new() { ["tumbling"] = "10s", ["key"] = new ConfigList { "device" }, ["aggregates"] = new ConfigMap { ["mean_x"] = "mean(x)" } },
        });
        await using var processor = DataStreamProcessor.Create(config);
        await using IAsyncEnumerator<Mean> means = processor.OpenEgress<Mean>("results").GetAsyncEnumerator(Cancellation);
        Task run = processor.StartProcessingOnStreamAsync(Cancellation);
        Assert.True(await means.MoveNextAsync());
        Assert.Equal(("a", 2.0, new DateTime(2026, 1, 1, 0, 0, 10)), (means.Current.Device.ToString(), means.Current.MeanX, means.Current.WindowEnd));
        Assert.True(await means.MoveNextAsync());
        Assert.Equal(("b", 5.0), (means.Current.Device.ToString(), means.Current.MeanX));
        Assert.False(await means.MoveNextAsync());
        await run;
    }

    [Fact]
    public async Task Names_and_columns_that_do_not_fit_are_told_at_the_start()
    {
        PipelineConfig config = IngressTests.Memory("memory:resluts");
        config.Stream.Outputs.Add(new OutputConfig("dead", "memory:dead"));
        config.Stream.Outputs.Add(new OutputConfig("more", "memory:more") { Format = new FormatConfig("csv") });
        await using (var processor = DataStreamProcessor.Create(config))
        {
            processor.OpenIngress<Number>("orders");
            processor.OpenEgress<Number>("results");
            processor.OpenEgress<Number>("more");
            string told = (await Assert.ThrowsAsync<ConfigException>(() => processor.StartProcessingOnStreamAsync(Cancellation))).Message;
            Assert.Contains("memory:resluts goes to a program", told, StringComparison.Ordinal);
            Assert.Contains("did you mean 'results'", told, StringComparison.Ordinal);
            Assert.Contains("'dead' cannot be one", told, StringComparison.Ordinal);
            Assert.Contains("no format is written", told, StringComparison.Ordinal);
            Assert.Throws<InvalidOperationException>(() => processor.OpenEgress<Number>("results"));
        }

        await using (var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results")))
        {
            processor.OpenIngress<Number>("orders");
            processor.OnRows("results", (ReadOnlySpan<Mean> _) => { });
            processor.Observe<Number>("others");
            string told = (await Assert.ThrowsAsync<ConfigException>(() => processor.StartProcessingOnStreamAsync(Cancellation))).Message;
            Assert.Contains("Mean has a field for 'window_end', which is no column", told, StringComparison.Ordinal);
        }

        await using (var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results")))
        {
            processor.OpenIngress<Number>("orders");
            processor.OpenEgress<WithText>("results");
            Egress<Number> others = processor.OpenEgress<Number>("others");
            string told = (await Assert.ThrowsAsync<ConfigException>(() => processor.StartProcessingOnStreamAsync(Cancellation))).Message;
            Assert.Contains("'n' is int64 in the rows and text in WithText", told, StringComparison.Ordinal);
            await Assert.ThrowsAsync<ConfigException>(() => others.Reader.Completion); // who waits for rows does not wait for ever
        }

        await using (var processor = DataStreamProcessor.Create(IngressTests.Memory("memory:results")))
        {
            Egress<Number> never = processor.OpenEgress<Number>("results");
            await processor.DisposeAsync();
            await Assert.ThrowsAsync<StopException>(() => never.Reader.Completion);
        }

        await using (var processor = DataStreamProcessor.Create(IngressTests.Memory("null:")))
        {
            processor.OpenIngress<Number>("orders");
            processor.OpenEgress<Number>("results");
            string told = (await Assert.ThrowsAsync<ConfigException>(() => processor.StartProcessingOnStreamAsync(Cancellation))).Message;
            Assert.Contains("opened memory:results, which is no output", told, StringComparison.Ordinal);
        }
    }
}
