using System.Threading.Tasks;
using DataStream.Runtime;
using DataStream.Tests.Host;
using Microsoft.Extensions.DependencyInjection;
using Snippets;
using Xunit;

namespace DataStream.Tests.Docs;

/// <summary>What the pages show is not only compiled: it does what they say.</summary>
public sealed class SnippetTests
{
    [Fact]
    public async Task The_embedding_example_of_the_README_keeps_the_order()
    {
        using var scratch = new Scratch();
        PipelineStatus status = await EmbeddingSnippet.RunAsync(scratch.PathOf("orders.csv"), TestContext.Current.CancellationToken);
        Assert.Equal("id,amount,status\n1,250.5,0\n", scratch.Read("orders.csv"));
        Assert.Equal((1, 1), (status.Ledger.In, status.Ledger.Out));
    }

    [Fact]
    public async Task The_module_of_the_page_adds_its_column()
    {
        using var scratch = new Scratch();
        scratch.Write("in.csv", "temperature,humidity\n20,50\n20,0\n,50\n");
        string config = scratch.Write("config.yaml", $$"""
            stream_settings:
              stream_input: "file:{{scratch.PathOf("in.csv")}}"
              stream_output: {uri: "file:{{scratch.PathOf("out.csv")}}", decimals: 2}
              schema: {temperature: float64, humidity: float64}
            modules:
              - {module_name: dew, module_class: dew_point}
            """);
        PipelineStatus status = await RegistrationSnippet.RunAsync(config, TestContext.Current.CancellationToken);
        Assert.Equal("temperature,humidity,dew_point\n20.00,50.00,9.26\n20.00,0.00,\n,50.00,\n", scratch.Read("out.csv"));
        Assert.Equal(3, status.Ledger.Out);
    }

    [Fact]
    public async Task The_test_of_the_page_is_clean()
    {
        System.Collections.Generic.IReadOnlyList<string> rows = await ModuleTestSnippet.RunAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("{\"temperature\":20,\"humidity\":50,\"dew_point\":9.25517", rows[0], System.StringComparison.Ordinal);
        Assert.Equal("{\"temperature\":20,\"humidity\":0,\"dew_point\":null}", rows[1]);
    }

    [Fact]
    public void The_hosting_example_adds_the_service()
    {
        var services = new ServiceCollection();
        RegistrationSnippet.Add(services);
        Assert.Contains(services, s => s.ServiceType == typeof(Microsoft.Extensions.Hosting.IHostedService));
    }

    [Fact]
    public async Task The_service_of_the_page_filters_from_the_registration_on()
    {
        var config = new DataStream.Config.PipelineConfig
        {
            Stream = new DataStream.Config.StreamSettings { Inputs = [new("memory:measurements")], Outputs = [new("main", "null:")] },
        };
        System.Collections.Generic.List<string> log = await ServiceSnippet.RunAsync(config, TestContext.Current.CancellationToken);
        Assert.Equal("True", log[0]);
        Assert.StartsWith("Completed", log[^1], System.StringComparison.Ordinal);
        Assert.Contains("In = 2, Out = 1, Aggregated = 0, Filtered = 1", log[^1], System.StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_consumers_of_the_page_take_all_rows()
    {
        (double highest, System.Collections.Generic.List<double> taken) = await EgressSnippet.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(86, highest, 1e-9);
        taken.Sort();
        Assert.Equal([68.0, 86.0], taken);
    }

    [Fact]
    public async Task The_batch_of_the_page_reads_the_files()
    {
        using var scratch = new Scratch();
        scratch.Write("2026-01.csv", "a\n1\n");
        var config = new DataStream.Config.PipelineConfig
        {
            Stream = new DataStream.Config.StreamSettings { Inputs = [new("stdin:")], InputFormat = new("csv"), Outputs = [new("main", "null:")], Schema = [new("a", "int64")] },
        };
        Assert.Equal(1, (await ServiceSnippet.BatchAsync(config, scratch.Folder)).Ledger.Out);
    }

    [Fact]
    public async Task The_ring_of_the_page_drains()
    {
        (double sum, long unhandled) = await RingSnippet.OneToOneAsync(TestContext.Current.CancellationToken);
        Assert.Equal(500_050, sum, 6);
        Assert.Equal(0, unhandled);
    }

    [Fact]
    public void The_rings_of_the_page_have_several_consumers_and_producers()
    {
        Assert.Equal((1, 1), RingSnippet.Graph());
        Assert.Equal(4.5, RingSnippet.Shared(3));
    }
}
