using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace DataStream.Tests.House;

/// <summary>Rules on the form of one C# file: length, names, imports, types, and words that mean unfinished work.</summary>
public static class FormRules
{
    private const int LongestFile = 400;

    private static readonly Regex s_bagName = new(@"(?:Utils?|Utilities|Helpers?|Manager|Common|Misc|Base)$", RegexOptions.CultureInvariant);
    private static readonly Regex s_type = new(@"\b(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?)\s+([A-Z]\w*)", RegexOptions.CultureInvariant);
    private static readonly Regex s_publicType = new(
        @"^public\s+(?:(?:static|sealed|abstract|readonly|ref|unsafe|partial)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w.<>\[\]?]+)\s+([A-Z]\w*)",
        RegexOptions.CultureInvariant);
    private static readonly Regex s_globalUsing = new(@"^\s*global\s+using\b", RegexOptions.CultureInvariant);
    private static readonly Regex s_buildPath = new(@"\bCallerFilePath\b", RegexOptions.CultureInvariant);
    private static readonly Regex s_wait = new(@"\bThread\.Sleep\b|\bTask\.Delay\b", RegexOptions.CultureInvariant);
    private static readonly Regex s_unfinished = new(@"\bNotImplementedException\b", RegexOptions.CultureInvariant);
    // Written in two pieces: this file obeys the rule it holds.
    private static readonly Regex s_note = new(@"\b(?:TO" + @"DO|FIX" + @"ME|HA" + @"CK|X" + @"XX)\b", RegexOptions.CultureInvariant);

    public static IEnumerable<Finding> Length(string path, string text)
    {
        int lines = SourceText.Lines(text.TrimEnd()).Length;
        if (lines > LongestFile)
        {
            yield return new Finding(path, LongestFile, $"{lines} lines; a file has at most {LongestFile}: find what it is about twice, and part it");
        }
    }

    public static IEnumerable<Finding> Names(string path, string text)
    {
        foreach (string part in path.Split('/').Append(Path.GetFileNameWithoutExtension(path)).Where(p => s_bagName.IsMatch(p)))
        {
            yield return new Finding(path, 1, $"'{part}' says nothing: ask what the code is about");
        }

        foreach ((int line, string name) in Matches(text, s_type).Where(m => s_bagName.IsMatch(m.Name)))
        {
            yield return new Finding(path, line, $"'{name}' says nothing: ask what the type is about");
        }
    }

    /// <summary>One public type per file, named after it.</summary>
    public static IEnumerable<Finding> PublicTypes(string path, string text)
    {
        List<(int Line, string Name)> types = [.. Matches(text, s_publicType)];
        string file = Path.GetFileNameWithoutExtension(path);
        // A generic type beside one of its name says so: Ingress<T> lives in IngressOfT.cs.
        if (types.Count > 0 && types.All(t => t.Name != file && t.Name + "OfT" != file))
        {
            yield return new Finding(path, types[0].Line, $"the public type '{types[0].Name}' lives in a file named '{file}'");
        }

        if (types.Count > 1 && !IsFamily(path))
        {
            yield return new Finding(path, types[1].Line, $"a second public type, '{types[1].Name}': one per file");
        }
    }

    public static IEnumerable<Finding> GlobalUsings(string path, string text) =>
        Find(path, SourceText.CodeLines(text), s_globalUsing, "no global usings: imports are architecture");

    public static IEnumerable<Finding> BuildPaths(string path, string text) =>
        Find(path, SourceText.CodeLines(text), s_buildPath, "a deterministic build maps source paths away: find files from the folder the tests run in");

    public static IEnumerable<Finding> Waits(string path, string text) =>
        Find(path, SourceText.CodeLines(text), s_wait, "waits for time to pass; wait for what should happen instead");

    public static IEnumerable<Finding> Unfinished(string path, string text) =>
        Find(path, SourceText.CodeLines(text), s_unfinished, "an unfinished member")
            .Concat(Find(path, SourceText.Lines(text), s_note, "a note of unfinished work: do it, or file it"));

    // The records of the configuration are one page on purpose: it reads like the file it describes.
    private static bool IsFamily(string path) => path is "src/Engine/Config/PipelineConfig.cs" or "src/Engine/Config/ConfigNode.cs";

    private static IEnumerable<(int Line, string Name)> Matches(string text, Regex pattern)
    {
        string[] code = SourceText.CodeLines(text);
        for (int i = 0; i < code.Length; i++)
        {
            foreach (Match match in pattern.Matches(code[i]))
            {
                yield return (i + 1, match.Groups[1].Value);
            }
        }
    }

    private static IEnumerable<Finding> Find(string path, string[] lines, Regex pattern, string message)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (pattern.IsMatch(lines[i]))
            {
                yield return new Finding(path, i + 1, message);
            }
        }
    }
}
