using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using DataStream.Tests.House;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>
/// A broker with the environment that <c>docker-compose.yml</c> gives its <c>kafka</c>, made into properties as Kafka's image makes them; services' names and ports are this machine's, and free ones.
/// </summary>
public sealed partial class ComposedBroker : IAsyncDisposable
{
    private readonly KafkaHome _home;
    private readonly string _folder = Directory.CreateTempSubdirectory("datastream-compose-").FullName;
    private readonly PortBlock _ports = PortBlock.Take();
    private BrokerProcess? _server;

    private ComposedBroker(KafkaHome home) => _home = home;

    public static async Task<ComposedBroker> StartAsync(KafkaHome home)
    {
        var broker = new ComposedBroker(home);
        try
        {
            IEnumerable<string> lines = Setting().Matches(Repository.Read("docker-compose.yml"))
                .Select(setting => $"{setting.Groups["name"].Value.ToLowerInvariant().Replace('_', '.')}={broker.Here(setting.Groups["value"].Value)}");
            string properties = string.Join('\n', [.. lines, $"log.dirs={Path.Combine(broker._folder, "log")}", ""]);
            await KafkaServer.FormatAsync(home, broker.Settings, properties, KafkaServer.NewCluster()).ConfigureAwait(false);
            broker._server = KafkaServer.Start(home, broker.Settings, isMeasured: false);
            await KafkaServer.ServesAsync(broker._server).ConfigureAwait(false);
            return broker;
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What a text of the file or its pages says of servers, with where they are here.</summary>
    public string Here(string text) =>
        Server().Replace(text, server => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_ports.Start + int.Parse(server.Groups["digit"].ValueSpan, CultureInfo.InvariantCulture)}"));

    /// <summary>Runs what a page runs in the broker's container: one of Kafka's scripts.</summary>
    public Task RunAsync(string script, string arguments, string? input) => KafkaServer.RunAsync(_home, Settings, input, script switch
    {
        "kafka-topics" => "org.apache.kafka.tools.TopicCommand",
        "kafka-console-producer" => "org.apache.kafka.tools.ConsoleProducer",
        _ => throw new ArgumentException($"which class does {script}.sh start?", nameof(script)),
    }, Here(arguments).Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.KillAsync().ConfigureAwait(false);
            _server.Dispose();
        }

        _ports.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private string Settings => Path.Combine(_folder, "server.properties");

    [GeneratedRegex(@"^ +KAFKA_(?<name>(?!BROKER_URL)[A-Z_]+): (?<value>\S+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Setting();

    [GeneratedRegex(@"(kafka|localhost|(?<=//)):909(?<digit>[0-9])", RegexOptions.ExplicitCapture)]
    private static partial Regex Server();
}
