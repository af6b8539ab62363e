using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text.RegularExpressions;

namespace DataStream.Bench;

/// <summary>What a figure depends on: processor, cores, system, runtime, commit.</summary>
internal static partial class Machine
{
    public static string Processor { get; } =
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
            : RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>The folder of this kind of machine under <c>perf-results</c>.</summary>
    public static string Folder { get; } = NotInNames().Replace($"{Processor}-{Environment.ProcessorCount}-cores".ToLowerInvariant(), "-").Trim('-');

    public static string Simd { get; } =
        Vector512.IsHardwareAccelerated ? "AVX-512" : Vector256.IsHardwareAccelerated ? "AVX2" : Vector128.IsHardwareAccelerated ? "128 bits" : "none";

    public static string Description { get; } =
        $"{Processor}, {Environment.ProcessorCount} cores, vectors: {Simd}, {RuntimeInformation.OSDescription}, .NET {Environment.Version}";

    /// <summary>The commit, with a mark where the tree has changes but in results.</summary>
    public static string Commit { get; } = Git("rev-parse --short HEAD") + (Git("status --porcelain --untracked-files=no -- . :!perf-results").Length > 0 ? " with changes" : "");

    private static string Git(string arguments)
    {
        using Process git = Process.Start(new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true })!;
        string answer = git.StandardOutput.ReadToEnd().Trim();
        git.WaitForExit();
        return answer;
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}
