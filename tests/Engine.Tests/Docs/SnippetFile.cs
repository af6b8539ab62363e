using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Tests.Docs;

/// <summary>Regions of code between <c>// &lt;name&gt;</c> and <c>// &lt;/name&gt;</c>, as pages show them: without the indentation they have in common.</summary>
public static class SnippetFile
{
    public static IReadOnlyDictionary<string, string> Regions(string code)
    {
        var regions = new Dictionary<string, string>(StringComparer.Ordinal);
        string[] lines = code.ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (!line.StartsWith("// <", StringComparison.Ordinal) || line.StartsWith("// </", StringComparison.Ordinal))
            {
                continue;
            }

            string name = line[4..].TrimEnd('>');
            string[] body = [.. lines.Skip(i + 1).TakeWhile(l => l.Trim() != $"// </{name}>")];
            int indent = body.Where(l => l.Trim().Length > 0).Select(l => l.Length - l.TrimStart().Length).DefaultIfEmpty(0).Min();
            regions.Add(name, string.Join("\n", body.Select(l => l.Trim().Length == 0 ? "" : l[indent..])).Trim('\n') + "\n");
        }

        return regions;
    }
}
