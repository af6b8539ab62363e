using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>Whole pipelines over files that are not UTF-8: values, and the places in dead letters, which count the file's own bytes.</summary>
public sealed class EncodingTests
{
    private const string Csv = "stream_settings:\n  stream_input: file:{DIR}/in.csv\n  stream_output: {main: \"file:{DIR}/out.csv\", dead: \"file:{DIR}/dead.ndjson\"}\n"
        + "  input_format: {type: csv, encoding: ENCODING, delimiter: \";\"}\n  schema: {n: int64, name: text}\nperformance_tuning: {max_record_size: 4KiB}\n";

    public static TheoryData<string, string> Encodings => new()
    {
        { "latin-1", "latin-1" }, { "windows-1252", "windows-1252" }, { "utf-16", "utf-16 with a mark" }, { "utf-16", "utf-16 big-endian with a mark" },
        { "utf-16", "utf-16" }, { "utf-16", "utf-16 big-endian" }, { "latin-1", "utf-8 with a mark" }, { "utf-8", "utf-8" }, { "windows-1252", "utf-16 with a mark" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Values_and_places_are_right(string stated, string written)
    {
        using var folder = new ScratchFolder();
        string text = RandomText(written);
        byte[] bytes = Bytes(text, written, out int mark);
        File.WriteAllBytes(Path.Join(folder.FullPath, "in.csv"), bytes);
        string? first = null;
        foreach ((string threads, string payload) in new[] { ("1", "4KiB"), ("2", "4KiB"), ("1", "256KiB") })
        {
            RunReport report = await PipelineTester.Run(folder, Csv.Replace("ENCODING", stated, StringComparison.Ordinal), ("performance_tuning.threads", threads), ("performance_tuning.payload_size", payload));
            Assert.Equal(0, report.ExitCode);
            Assert.Equal(bytes.Length, report.BytesIn);
            string[] lines = text.Split('\n')[..^1];
            Assert.Equal(lines.Where(l => !l.StartsWith('x')), File.ReadLines(Path.Join(folder.FullPath, "out.csv")).Select(l => l.Replace(',', ';')));
            string dead = File.ReadAllText(Path.Join(folder.FullPath, "dead.ndjson"));
            Assert.Equal(first ??= dead, dead);
            Assert.Equal(lines.Index().Where(l => l.Item.StartsWith('x')).Select(l => (l.Index + 1, mark + Bytes(string.Concat(lines[..l.Index].Select(x => x + "\n")), written, out _, false).LongLength, l.Item)), Letters(dead));
        }
    }

    [Fact]
    public async Task Text_and_json_lines_are_decoded_too_and_broken_units_are_replaced()
    {
        using var folder = new ScratchFolder();
        File.WriteAllBytes(Path.Join(folder.FullPath, "in.csv"), [.. Encoding.Unicode.GetBytes("{\"n\":1,\"name\":\"\u00E6"), 0x00, 0xD8, .. Encoding.Unicode.GetBytes("\U0001F600\"}\n")]);
        RunReport report = await PipelineTester.Run(folder, Csv.Replace("type: csv, encoding: ENCODING, delimiter: \";\"", "type: json, encoding: utf-16", StringComparison.Ordinal));
        Assert.Equal(0, report.ExitCode);
        Assert.Equal("n,name\n1,\u00E6\uFFFD\U0001F600\n", File.ReadAllText(Path.Join(folder.FullPath, "out.csv")));
    }

    private static IEnumerable<(int Line, long Offset, string Raw)> Letters(string dead) => dead.Split('\n')[..^1].Select(letter =>
    {
        using var json = JsonDocument.Parse(letter);
        return (json.RootElement.GetProperty("line").GetInt32(), json.RootElement.GetProperty("offset").GetInt64(), json.RootElement.GetProperty("raw").GetString()!);
    });

    private static string RandomText(string written)
    {
        var random = new Random(16);
        string letters = written.StartsWith("utf", StringComparison.Ordinal) ? "ab\u00E6\u20AC\u4E2D\u0100" : written == "latin-1" ? "ab\u00E6\u00FF\u0085\u00A0" : "ab\u00E6\u20AC\u201C\u0178";
        var text = new StringBuilder("n;name\n");
        for (int i = 0; i < 900; i++)
        {
            text.Append(i % 97 == 5 ? "x" : "").Append(i).Append(';');
            for (int length = random.Next(12); length >= 0; length--)
            {
                text.Append(letters[random.Next(letters.Length)]).Append(written.StartsWith("utf", StringComparison.Ordinal) && random.Next(5) == 0 ? "\U0001F600" : "");
            }

            text.Append('\n');
        }

        return text.ToString();
    }

    private static byte[] Bytes(string text, string written, out int mark, bool withMark = true)
    {
        Encoding encoding = written.Split(' ')[0] switch
        {
            "latin-1" => Encoding.Latin1,
            "windows-1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
            "utf-8" => new UTF8Encoding(true),
            _ => new UnicodeEncoding(written.Contains("big-endian", StringComparison.Ordinal), true),
        };
        byte[] head = withMark && written.EndsWith("mark", StringComparison.Ordinal) ? encoding.GetPreamble() : [];
        mark = head.Length;
        return [.. head, .. encoding.GetBytes(text)];
    }
}
