using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace DataStream.Tests.Formats;

/// <summary>The meaning of CSV, a byte at a time over the whole file: the oracle.</summary>
internal static class NaiveCsv
{
    internal sealed record Item(string Text, bool IsQuoted);

    /// <summary>A record: where it is, its bytes, and its fields or what is wrong with it.</summary>
    internal sealed record Line(int Number, string Raw, List<Item> Fields, string? Fault);

    /// <param name="file">Latin-1.</param>
    /// <param name="comment">'\0': none.</param>
    /// <param name="width">The most fields; −1: as many as the first record has, which is the header.</param>
    public static List<Line> Parse(string file, char delimiter, char quote, char comment, int max, int width, char escape = '\0')
    {
        var lines = new List<Line>();
        int at = 0;
        int counted = 0;
        int number = 1;
        while (at < file.Length)
        {
            int start = at;
            number += file.AsSpan(counted..start).Count('\n');
            counted = start;
            if (comment != '\0' && file[start] == comment)
            {
                at = Feed(file, start) + 1;
                continue;
            }

            var fields = new List<Item>();
            var faults = new List<(int At, string Name)>();
            int end;
            int p = start;
            while (true)
            {
                int first = p;
                if (p < file.Length && file[p] == quote)
                {
                    var content = new StringBuilder();
                    int close = -1;
                    for (int c = p + 1; c < file.Length && c - start < max; c++)
                    {
                        if (escape != '\0' && file[c] == escape)
                        {
                            c += c + 1 < file.Length && c + 1 - start < max && (file[c + 1] == quote || file[c + 1] == escape) ? 1 : 0;
                        }
                        else if (file[c] == quote)
                        {
                            if (c + 1 == file.Length || file[c + 1] != quote)
                            {
                                close = c;
                                break;
                            }

                            c++;
                        }

                        content.Append(file[c]);
                    }

                    p = close < 0 ? p : close + 1;
                    bool goesOn = p < file.Length && file[p] != delimiter && file[p] != '\n' && !(file[p] == '\r' && p + 1 < file.Length && file[p + 1] == '\n');
                    if (close < 0 || goesOn)
                    {
                        faults.Add((p, "bad_quote"));
                        end = Feed(file, p);
                        break;
                    }

                    fields.Add(new Item(content.ToString(), true));
                }
                else
                {
                    while (p < file.Length && file[p] != delimiter && file[p] != '\n')
                    {
                        p++;
                    }

                    bool hasReturn = p < file.Length && file[p] == '\n' && p > first && file[p - 1] == '\r';
                    fields.Add(new Item(file[first..(hasReturn ? p - 1 : p)], false));
                }

                if (width >= 0 && fields.Count > width && fields[^1].Text.Length > 0)
                {
                    faults.Add((first, "too_many_fields"));
                }

                if (p == file.Length || file[p] != delimiter)
                {
                    end = Feed(file, p);
                    break;
                }

                p++;
            }

            string raw = file[start..end];
            raw = end < file.Length && raw.EndsWith('\r') ? raw[..^1] : raw;
            at = end + 1;
            if (raw.Length > max)
            {
                faults.Insert(0, (start + max + 1, "record_too_long"));
                raw = raw[..max];
            }

            if (raw.Length > 0)
            {
                width = width < 0 ? fields.Count : width;
                lines.Add(new Line(number, raw, fields, faults.OrderBy(f => f.At).Select(f => f.Name).FirstOrDefault()));
            }
        }

        return lines;
    }

    private static int Feed(string file, int from)
    {
        int feed = file.IndexOf('\n', from);
        return feed < 0 ? file.Length : feed;
    }
}
