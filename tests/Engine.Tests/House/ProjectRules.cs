using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace DataStream.Tests.House;

/// <summary>Rules on files that are not code: packages with a reason, no machine's paths, a solution that lists every project.</summary>
public static class ProjectRules
{
    private static readonly Regex s_machinePath = new(@"(?<![\w.])/(?:work|root|farm|home/\w+|tmp/lab)/", RegexOptions.CultureInvariant);

    /// <summary>Every <c>PackageVersion</c> has a comment on the line above it that says why it is there.</summary>
    public static IEnumerable<Finding> PackageReasons(string path, string text)
    {
        string[] lines = SourceText.Lines(text);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Contains("<PackageVersion ", StringComparison.Ordinal)
                && (i == 0 || !lines[i - 1].TrimEnd().EndsWith("-->", StringComparison.Ordinal)))
            {
                yield return new Finding(path, i + 1, "a package without a reason in a comment above it");
            }
        }
    }

    /// <summary>Versions stand in Directory.Packages.props alone.</summary>
    public static IEnumerable<Finding> CentralVersions(string path, string text)
    {
        string[] lines = SourceText.Lines(text);
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Contains("<PackageReference ", StringComparison.Ordinal) && lines[i].Contains("Version=", StringComparison.Ordinal))
            {
                yield return new Finding(path, i + 1, "a package version outside of Directory.Packages.props");
            }
        }
    }

    public static IEnumerable<Finding> MachinePaths(string path, string text)
    {
        string[] lines = SourceText.Lines(text);
        for (int i = 0; i < lines.Length; i++)
        {
            if (s_machinePath.IsMatch(lines[i]))
            {
                yield return new Finding(path, i + 1, "a path of one machine");
            }
        }
    }

    /// <summary>The solution names every project of the repository, so that a build is a build of everything.</summary>
    public static IEnumerable<Finding> Solution(string solution, IEnumerable<string> projects)
    {
        foreach (string project in projects)
        {
            if (!solution.Contains($"\"{project.Replace('/', '\\')}\"", StringComparison.Ordinal))
            {
                yield return new Finding("DataStream.sln", 1, $"{project} is not in the solution");
            }
        }
    }
}
