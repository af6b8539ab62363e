using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace DataStream.Tests.House;

/// <summary>Unsafe code lives in a few places, and a <c>// Safe: why</c> stands on its line or above it in the same paragraph.</summary>
public static class UnsafeRule
{
    private static readonly string[] s_allowed = ["src/Engine.Kernels/", "src/Engine/Rings/", "src/Engine/Batches/", "src/Engine/Runtime/PinnedThread.cs", "src/Engine.Kafka/Native/"];

    // ZstdSharp.Unsafe is a namespace; the names of parameters that we take from it are no unsafe code.
    private static readonly Regex s_fenced = new(
        @"(?<!ZstdSharp\.)\b(?:Unsafe|MemoryMarshal)\b|\bunsafe\b|\bfixed\s*\(|System\.Runtime\.Intrinsics|->", RegexOptions.CultureInvariant);

    private static readonly Regex s_wantsProof = new(
        @"\b(?:Unsafe|MemoryMarshal)\.\w|\bfixed\s*\(|->|\.(?:Load|Store)Unsafe\(|\(\w+\*+\)\s*\w", RegexOptions.CultureInvariant);

    public static IEnumerable<Finding> Judge(string path, string text)
    {
        bool inside = s_allowed.Any(a => path.StartsWith(a, StringComparison.Ordinal));
        string[] lines = SourceText.Lines(text);
        string[] code = SourceText.CodeLines(text);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!inside && s_fenced.IsMatch(code[i]))
            {
                yield return new Finding(path, i + 1, "unsafe code outside of Engine.Kernels, Rings, Batches, Runtime/PinnedThread.cs and Engine.Kafka/Native");
            }
            else if (inside && s_wantsProof.IsMatch(code[i]) && !HasProof(lines, i))
            {
                yield return new Finding(path, i + 1, "an unsafe use without a '// Safe: why' above it");
            }
        }
    }

    private static bool HasProof(string[] lines, int line)
    {
        for (int i = line; i >= 0 && (i == line || lines[i].Trim().Length > 0); i--)
        {
            if (lines[i].Contains("// Safe: ", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
