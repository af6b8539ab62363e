using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Tests.Docs;

/// <summary>A fenced block of a page: its language, its text without the fences, and the line it starts on.</summary>
public sealed record MarkdownBlock(string Page, int Line, string Language, string Text)
{
    public static IEnumerable<MarkdownBlock> Of(string page, string markdown)
    {
        string[] lines = markdown.ReplaceLineEndings("\n").Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }

            int start = i++;
            while (i < lines.Length && !lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                i++;
            }

            yield return new MarkdownBlock(page, start + 2, lines[start][3..].Trim(), string.Join("\n", lines.Skip(start + 1).Take(i - start - 1)) + "\n");
        }
    }

    public override string ToString() => $"{Page}:{Line}";
}
