using System;
using System.IO;
using System.Security.Cryptography;
using System.Threading.Tasks;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>Kafka's own programs, each a Java process: the server, the tool that formats its log folder, and what its scripts start.</summary>
internal static class KafkaServer
{
    private const string Started = "Kafka Server started";

    // Far from any machine's speed: a broker takes 3-10 s here.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    // A broker of a test serves for seconds: what starts soonest. One that is measured is compiled and collects as Kafka's own start script has it.
    private static readonly string[] s_quickStart = ["-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
    private static readonly string[] s_longRun = ["-Xms512m", "-Xmx512m", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20", "-XX:InitiatingHeapOccupancyPercent=35"];

    private static readonly string[] s_tool = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

    /// <summary>An id of the kind that the storage tool draws.</summary>
    public static string NewCluster() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)).Replace('+', 'A').Replace('/', 'B').TrimEnd('=');

    /// <summary>Writes a server's settings to a file and formats the folder that they name.</summary>
    public static async Task FormatAsync(KafkaHome home, string file, string properties, string cluster, params string[] more)
    {
        await File.WriteAllTextAsync(file, properties).ConfigureAwait(false);
        await File.WriteAllTextAsync(LogSettings(file), """
            status=error
            appender.out.type=Console
            appender.out.name=out
            appender.out.layout.type=PatternLayout
            appender.out.layout.pattern=%d{HH:mm:ss.SSS} %p %c{1} %m%n
            rootLogger.level=warn
            rootLogger.appenderRef.out.ref=out
            logger.server.name=kafka.server.KafkaRaftServer
            logger.server.level=info

            """).ConfigureAwait(false);
        await RunAsync(home, file, null, "kafka.tools.StorageTool", ["format", "--cluster-id", cluster, "--config", file, .. more]).ConfigureAwait(false);
    }

    /// <summary>Starts a server on a folder that was formatted.</summary>
    public static BrokerProcess Start(KafkaHome home, string file, bool isMeasured) =>
        BrokerProcess.Start(Started, home.Java, [.. isMeasured ? s_longRun : s_quickStart, .. Common(home, file), "kafka.Kafka", file]);

    /// <summary>Waits until it serves.</summary>
    /// <exception cref="IOException">It ended before.</exception>
    public static async Task ServesAsync(BrokerProcess server)
    {
        if (await server.ReadyAsync(s_limit).ConfigureAwait(false) is null)
        {
            throw new IOException($"a broker ended before it served:\n{server.Tail}");
        }
    }

    /// <summary>Runs one of Kafka's tools to its end.</summary>
    /// <param name="home">Where Kafka is.</param>
    /// <param name="file">The server's settings: how the tool logs stands beside them.</param>
    /// <param name="input">The file that is its standard input; null: nothing is.</param>
    /// <param name="tool">Its class, as Kafka's own script starts it.</param>
    /// <param name="arguments">Those of the script.</param>
    /// <exception cref="IOException">It did not end with 0.</exception>
    public static async Task RunAsync(KafkaHome home, string file, string? input, string tool, string[] arguments)
    {
        string[] java = [home.Java, .. s_tool, .. Common(home, file), tool, .. arguments];
        using BrokerProcess process = input is null ? BrokerProcess.Start("\n", java[0], java[1..]) : BrokerProcess.Start("\n", "sh", ["-c", "file=$1; shift; exec \"$@\" <\"$file\"", "sh", input, .. java]);
        int code = await process.EndAsync().WaitAsync(s_limit).ConfigureAwait(false);
        if (code != 0)
        {
            throw new IOException($"{tool} ended with {code}:\n{process.Tail}");
        }
    }

    private static string[] Common(KafkaHome home, string file) => ["-Djava.awt.headless=true", $"-Dlog4j2.configurationFile={LogSettings(file)}", "-cp", home.ClassPath];

    private static string LogSettings(string file) => Path.ChangeExtension(file, ".log4j2.properties");
}
