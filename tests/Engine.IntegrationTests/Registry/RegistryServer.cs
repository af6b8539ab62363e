using System;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using DataStream.IntegrationTests.Kafka;
using DataStream.Tests.House;
using Xunit;

namespace DataStream.IntegrationTests.Registry;

/// <summary>A real schema registry (Apicurio, in memory, with Confluent's API), where its jar lies in DATASTREAM_REGISTRY or beside the repository. Started by the first test that asks.</summary>
public sealed partial class RegistryServer : IAsyncLifetime
{
    // Far from any machine's speed: it takes 5 s here.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly Lazy<Task<string>> _url;
    private readonly string? _jar = new[] { Environment.GetEnvironmentVariable("DATASTREAM_REGISTRY"), Repository.PathOf("../shared/registry") }
        .OfType<string>().Select(folder => Path.Combine(folder, "app")).Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*-runner.jar")).FirstOrDefault();

    private BrokerProcess? _process;

    public RegistryServer() => _url = new Lazy<Task<string>>(StartAsync);

    /// <summary>The address for Confluent's clients; skips the test where there is no registry.</summary>
    public Task<string> UrlAsync()
    {
        Assert.SkipWhen(_jar is null, "there is no schema registry here: DATASTREAM_REGISTRY is not set");
        Assert.SkipWhen(OperatingSystem.IsWindows() || KafkaHome.FindJava(out _) is null, "the schema registry needs Java 17 and a Unix shell");
        return _url.Value;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.KillAsync();
            _process.Dispose();
        }
    }

    private async Task<string> StartAsync()
    {
        _process = BrokerProcess.Start("Listening on", KafkaHome.FindJava(out _)!, ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dquarkus.http.host=127.0.0.1", "-Dquarkus.http.port=0", "-jar", _jar!]);
        string? line = await _process.ReadyAsync(s_limit);
        Match address = Address().Match(line ?? "");
        return address.Success ? address.Value + "/apis/ccompat/v7" : throw new IOException($"the schema registry ended before it served:\n{_process.Tail}");
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
