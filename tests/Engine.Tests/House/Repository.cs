using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace DataStream.Tests.House;

/// <summary>The repository's own files, with paths relative to its root and '/' between folders.</summary>
public static class Repository
{
    private static readonly string[] s_notOurs = ["artifacts", "out", ".git", ".dotnet", ".vs", ".idea", "bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative.Replace('/', Path.DirectorySeparatorChar));

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Files with one of the endings, under one of the folders (all without any), in ordinal order.</summary>
    public static IReadOnlyList<string> Files(string[] endings, params string[] folders) =>
        [.. Walk(Root).Where(f => endings.Any(e => f.EndsWith(e, StringComparison.Ordinal)))
            .Where(f => folders.Length == 0 || folders.Any(d => f.StartsWith(d + "/", StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Walk(string folder)
    {
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            yield return Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');
        }

        foreach (string path in Directory.EnumerateDirectories(folder))
        {
            if (s_notOurs.Contains(Path.GetFileName(path)))
            {
                continue;
            }

            foreach (string file in Walk(path))
            {
                yield return file;
            }
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DataStream.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run inside the repository: no folder above them has DataStream.sln.");
    }
}
