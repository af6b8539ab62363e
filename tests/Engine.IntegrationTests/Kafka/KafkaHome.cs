using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using DataStream.Tests.House;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>A Kafka distribution (its <c>libs</c>) and a Java 17 or later to run it: from KAFKA_HOME, else a folder beside the repository.</summary>
public sealed partial class KafkaHome
{
    private KafkaHome(string java, string libs, string version)
    {
        Java = java;
        Libs = libs;
        Version = version;
    }

    public string Java { get; }

    public string Libs { get; }

    public string Version { get; }

    public string ClassPath => Path.Combine(Libs, "*");

    /// <summary>Finds both, or says in <paramref name="missing"/> what there is not.</summary>
    public static KafkaHome? Find(out string missing)
    {
        missing = "";
        if (OperatingSystem.IsWindows())
        {
            missing = "brokers are started by a Unix shell";
            return null;
        }

        string? given = Environment.GetEnvironmentVariable("KAFKA_HOME");
        IEnumerable<string> homes = given is { Length: > 0 } ? [given] : [Repository.PathOf("../shared/kafka")];
        string? libs = homes.Select(home => Path.Combine(home, "libs")).FirstOrDefault(folder => Clients(folder) is not null);
        if (libs is null)
        {
            missing = given is { Length: > 0 } ? $"KAFKA_HOME={given} has no libs/kafka-clients-*.jar" : "KAFKA_HOME is not set";
            return null;
        }

        return FindJava(out missing) is { } java ? new KafkaHome(java, libs, Clients(libs)!) : null;
    }

    /// <summary>A Java of 17 or later: JAVA_HOME's, else the one on PATH.</summary>
    public static string? FindJava(out string missing)
    {
        string java = Environment.GetEnvironmentVariable("JAVA_HOME") is { Length: > 0 } home ? Path.Combine(home, "bin", "java") : "java";
        int version = JavaVersion(java);
        missing = version >= 17 ? "" : version == 0 ? $"there is no {java}" : $"{java} is Java {version}, and 17 is needed";
        return version >= 17 ? java : null;
    }

    private static string? Clients(string folder) => !Directory.Exists(folder)
        ? null
        : Directory.EnumerateFiles(folder, "kafka-clients-*.jar").Select(file => ClientsJar().Match(file)).Where(match => match.Success)
            .Select(match => match.Groups[1].Value).FirstOrDefault();

    private static int JavaVersion(string java)
    {
        try
        {
            var start = new ProcessStartInfo(java, ["-version"]) { RedirectStandardError = true, RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            string text = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Match match = VersionText().Match(text);
            return match.Success ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        }
        catch (Win32Exception)
        {
            return 0;
        }
    }

    [GeneratedRegex(@"kafka-clients-(\d[\w.]*?)\.jar$", RegexOptions.CultureInvariant)]
    private static partial Regex ClientsJar();

    [GeneratedRegex("version \"(\\d+)", RegexOptions.CultureInvariant)]
    private static partial Regex VersionText();
}
