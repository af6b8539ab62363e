using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using DataStream.Config;
using DataStream.Tests.Host;
using DataStream.Tests.House;
using Xunit;

namespace DataStream.Tests.Samples;

/// <summary>What can be told of <c>docker-compose.yml</c> and the <c>Dockerfile</c> without Docker: names, ports and paths agree with each other, with the pages and with the repository.</summary>
public sealed class ComposeTests
{
    private static readonly ConfigMap s_services = Services();

    [Fact]
    public void There_are_a_broker_a_registry_and_the_engine() => Assert.Equal(["engine", "kafka", "registry"], s_services.Select(s => s.Key).Order(StringComparer.Ordinal));

    /// <summary>An image that has no version is another one tomorrow; these are those that the tests run against.</summary>
    [Theory]
    [InlineData("kafka", "apache/kafka:4.1.1")]
    [InlineData("registry", "apicurio/apicurio-registry-mem:2.6.13.Final")]
    public void Images_are_of_the_versions_that_were_tried(string service, string image) => Assert.Equal(image, Text(Service(service), "image"));

    /// <summary>Clients are sent to what is advertised: inside to the service's own name, outside to the port that is published on this machine.</summary>
    [Fact]
    public void Each_listener_of_the_broker_is_reached_by_those_it_is_for()
    {
        ConfigMap settings = Map(Service("kafka"), "environment");
        Dictionary<string, (string Host, string Port)> listeners = Listeners(settings, "KAFKA_LISTENERS");
        Dictionary<string, (string Host, string Port)> advertised = Listeners(settings, "KAFKA_ADVERTISED_LISTENERS");
        string controller = Text(settings, "KAFKA_CONTROLLER_LISTENER_NAMES");
        Assert.Equal(listeners.Keys.Where(name => name != controller).Order(StringComparer.Ordinal), advertised.Keys.Order(StringComparer.Ordinal));
        Assert.All(advertised, a => Assert.Equal(listeners[a.Key].Port, a.Value.Port));
        Assert.Equal(listeners.Keys.Order(StringComparer.Ordinal), Text(settings, "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP").Split(',').Select(pair => pair.Split(':')[0]).Order(StringComparer.Ordinal));
        Assert.Equal($"{Text(settings, "KAFKA_NODE_ID")}@kafka:{listeners[controller].Port}", Text(settings, "KAFKA_CONTROLLER_QUORUM_VOTERS"));
        Assert.Equal(("kafka", listeners[Text(settings, "KAFKA_INTER_BROKER_LISTENER_NAME")].Port), advertised[Text(settings, "KAFKA_INTER_BROKER_LISTENER_NAME")]);
        Assert.Equal($"kafka:{advertised["INSIDE"].Port}", Text(Map(Service("engine"), "environment"), "KAFKA_BROKER_URL"));
        (string host, string outside) = advertised["OUTSIDE"];
        Assert.Equal("localhost", host);
        Assert.Contains($"127.0.0.1:{outside}:{outside}", Texts(Service("kafka"), "ports"));
        Assert.Contains($"localhost:{outside}", Repository.Read("docker-compose.yml").Split("services:")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_open_to_other_machines() =>
        Assert.All(s_services.SelectMany(s => Texts((ConfigMap)s.Value, "ports")), port => Assert.StartsWith("127.0.0.1:", port, StringComparison.Ordinal));

    [Fact]
    public void The_registry_is_where_the_page_says()
    {
        string port = Assert.Single(Texts(Service("registry"), "ports")).Split(':')[1];
        Assert.Contains($"http://localhost:{port}/apis/ccompat/v7", Repository.Read("docs/KAFKA.md"), StringComparison.Ordinal);
        Assert.Contains($"http://localhost:{port}/apis/ccompat/v7", Repository.Read("docker-compose.yml"), StringComparison.Ordinal);
    }

    /// <summary>What the engine is told to run is there, in a folder that it sees, and good.</summary>
    [Fact]
    public void The_engine_runs_a_configuration_that_passes_check()
    {
        ConfigMap engine = Service("engine");
        string work = Regex.Match(Repository.Read("Dockerfile"), @"^WORKDIR (?<path>/data)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture).Groups["path"].Value;
        var mounts = Texts(engine, "volumes").Select(v => v.Split(':')).ToDictionary(v => v[1], v => v[0]);
        Assert.All(mounts, mount => Assert.True(Directory.Exists(Repository.PathOf(mount.Value)), mount.Value));
        string[] command = [.. Texts(engine, "command")];
        Assert.Equal("run", command[0]);
        string configuration = Regex.Match(command[1], @"^\$\{PIPELINE:-(?<path>[^}]+)\}$", RegexOptions.ExplicitCapture).Groups["path"].Value;
        Assert.Contains($"{work}/{configuration.Split('/')[0]}", mounts.Keys);
        Outcome outcome = Command.RunWith(Path.GetTempPath(), new Dictionary<string, string> { ["KAFKA_BROKER_URL"] = Text(Map(engine, "environment"), "KAFKA_BROKER_URL") }, "check", Repository.PathOf(configuration));
        Assert.True(outcome.Code == 0, outcome.Error);
    }

    /// <summary>The image is built by the SDK that the repository asks for, of what is not left out, and starts the program that is built.</summary>
    [Fact]
    public void The_image_is_built_from_the_repository_as_it_is()
    {
        string file = Repository.Read("Dockerfile");
        string sdk = Regex.Match(Repository.Read("global.json"), "\"version\": *\"(?<v>[0-9]+\\.[0-9]+)", RegexOptions.ExplicitCapture).Groups["v"].Value;
        Assert.Contains($"FROM mcr.microsoft.com/dotnet/sdk:{sdk} AS build", file, StringComparison.Ordinal);
        Assert.Contains($"FROM mcr.microsoft.com/dotnet/runtime:{sdk}", file, StringComparison.Ordinal);
        string project = Regex.Match(file, @"dotnet publish (?<path>\S+)", RegexOptions.ExplicitCapture).Groups["path"].Value;
        string name = Regex.Match(Repository.Read($"{project}/{Path.GetFileName(project)}.csproj"), "<AssemblyName>(?<name>[^<]+)<", RegexOptions.ExplicitCapture).Groups["name"].Value;
        string folder = Regex.Match(file, @"COPY --from=build (?<from>\S+) (?<to>\S+)", RegexOptions.ExplicitCapture).Groups["to"].Value;
        Assert.Contains($"ENTRYPOINT [\"dotnet\", \"{folder}/{name}.dll\"]", file, StringComparison.Ordinal);
        Assert.Contains($"-o {folder}", file, StringComparison.Ordinal);
        Assert.DoesNotContain(Repository.Read(".dockerignore").Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.Trim('/') is "src" or "samples" or "tools" || line.StartsWith("Directory.", StringComparison.Ordinal));
    }

    /// <summary>Every service, topic script and path that a sample's page tells to type.</summary>
    [Theory]
    [InlineData("samples/kafka-orders")]
    [InlineData("samples/kafka-totals")]
    public void A_samples_page_names_what_there_is(string sample)
    {
        string page = Repository.Read($"{sample}/README.md");
        string inside = Listeners(Map(Service("kafka"), "environment"), "KAFKA_ADVERTISED_LISTENERS")["INSIDE"].Port;
        Assert.All(Regex.Matches(page, @"--bootstrap-server (?<at>\S+)", RegexOptions.ExplicitCapture), at => Assert.Equal($"kafka:{inside}", at.Groups["at"].Value));
        Assert.All(Regex.Matches(page, @"samples/[\w./-]*\w", RegexOptions.ExplicitCapture), path => Assert.True(File.Exists(Repository.PathOf(path.Value)), path.Value));
        Assert.All(Regex.Matches(page, @"docker compose (up|exec|run)( -\S+| engine=3)* (?<service>\w+)", RegexOptions.ExplicitCapture), call => Assert.Contains(call.Groups["service"].Value, s_services.Select(s => s.Key)));
        string pipeline = Repository.Read($"{sample}/pipeline.yaml");
        Assert.All(Regex.Matches(page, @"--topic (?<name>\S+)", RegexOptions.ExplicitCapture), topic => Assert.Contains($"\"kafka:{topic.Groups["name"].Value}\"", pipeline, StringComparison.Ordinal));
    }

    private static ConfigMap Services()
    {
        var errors = new ConfigErrors();
        var root = (ConfigMap?)YamlReader.Read("docker-compose.yml", Encoding.UTF8.GetBytes(Repository.Read("docker-compose.yml")), errors);
        Assert.Empty(errors.Sorted());
        return (ConfigMap)root!["services"]!;
    }

    private static ConfigMap Service(string name) => Map(s_services, name);

    private static ConfigMap Map(ConfigMap map, string key) => Assert.IsType<ConfigMap>(map[key]);

    private static string Text(ConfigMap map, string key) => Assert.IsType<ConfigScalar>(map[key]).Value;

    private static IEnumerable<string> Texts(ConfigMap map, string key) => (map[key] as ConfigList)?.Select(item => ((ConfigScalar)item).Value) ?? [];

    private static Dictionary<string, (string Host, string Port)> Listeners(ConfigMap settings, string key) =>
        Text(settings, key).Split(',').Select(listener => Regex.Match(listener, "^(?<name>[A-Z]+)://(?<host>[a-z]*):(?<port>[0-9]+)$", RegexOptions.ExplicitCapture))
            .ToDictionary(m => m.Groups["name"].Value, m => (m.Groups["host"].Value, m.Groups["port"].Value));
}
