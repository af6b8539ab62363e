using System;
using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace DataStream.Tests.House;

/// <summary>A folder uses only folders on lower floors (docs/ARCHITECTURE.md); neighbours do not know each other.</summary>
public static class FloorRule
{
    private static readonly Dictionary<string, int> s_floors = new(StringComparer.Ordinal)
    {
        ["Rings"] = 0, ["Kernels"] = 0,
        ["Batches"] = 1, ["Config"] = 1, ["Flow"] = 1,
        ["Expressions"] = 2, ["Formats"] = 2, ["Windows"] = 2,
        ["Modules"] = 3, ["Sources"] = 3, ["Sinks"] = 3,
        ["Stages"] = 4,
        ["Plans"] = 5,
        ["Runtime"] = 6,
        ["Kafka"] = 7,
        ["Host"] = 8,
    };

    /// <summary>Connectors ship alone: they know what an input, an output and a format is, and how to enter the catalogue, but not how a run is made.</summary>
    private static readonly HashSet<string> s_notForConnectors = new(StringComparer.Ordinal) { "Expressions", "Windows", "Modules", "Stages", "Runtime" };

    private static readonly Regex s_used = new(@"\bDataStream\.(\w+)", RegexOptions.CultureInvariant);
    private static readonly Regex s_ownNamespace = new(@"^\s*namespace\s", RegexOptions.CultureInvariant);

    public static IEnumerable<Finding> Judge(string path, string text)
    {
        string[] lines = SourceText.CodeLines(text);
        string home = HomeOf(path);
        if (!s_floors.TryGetValue(home, out int floor))
        {
            yield return new Finding(path, 1, $"the folder '{home}' has no floor: give it one in docs/ARCHITECTURE.md and here");
            yield break;
        }

        for (int i = 0; i < lines.Length; i++)
        {
            if (s_ownNamespace.IsMatch(lines[i]))
            {
                continue;
            }

            foreach (Match match in s_used.Matches(lines[i]))
            {
                string other = match.Groups[1].Value;
                if (other != home && (!s_floors.TryGetValue(other, out int under) || under >= floor))
                {
                    yield return new Finding(path, i + 1, $"{home} (floor {floor}) uses {other}, which is not on a lower floor");
                }
                else if (home == "Kafka" && s_notForConnectors.Contains(other))
                {
                    yield return new Finding(path, i + 1, $"{home} is a connector, and connectors do not know {other}");
                }
            }
        }
    }

    /// <summary>The first folder under the library, or the project's own name: <c>src/Engine/Formats/Csv/X.cs</c> is at home in Formats.</summary>
    private static string HomeOf(string path)
    {
        string[] parts = path.Split('/');
        return parts[1] == "Engine" ? parts.Length > 3 ? parts[2] : "(root)" : parts[1].Replace("Engine.", "", StringComparison.Ordinal);
    }
}
