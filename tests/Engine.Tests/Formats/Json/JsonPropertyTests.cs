using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using DataStream.Formats;
using Xunit;
using static DataStream.Tests.Formats.Json.JsonOracle;
using static DataStream.Tests.Formats.Json.JsonRig;

namespace DataStream.Tests.Formats.Json;

/// <summary>Random JSON, whole, damaged, cut off and senseless, against System.Text.Json.</summary>
public sealed class JsonPropertyTests : IDisposable
{
    private readonly JsonRig _rig = new(s_fields);

    private static readonly DecodeField[] s_fields =
    [
        Field("a", "text"), Field("b", "text"), Field("ab", "text") with { Path = "a.b" }, Field("c1", "text") with { Path = "c[1]" }, Field("c0a", "text") with { Path = "c[0].a" },
        Field("odd", "text") with { Path = "\"é\\\"\"" },
    ];

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void Whole_random_objects_are_read_as_the_oracle_reads_them()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] line = Encoding.UTF8.GetBytes(RandomObject(random, 0));
            Check(line, seed);
        }
    }

    [Fact]
    public void Damaged_objects_are_refused_where_the_oracle_refuses_them()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        int refused = 0;
        for (int round = 0; round < 1500; round++)
        {
            byte[] line = Encoding.UTF8.GetBytes(RandomObject(random, 0));
            for (int damage = random.Next(1, 3); damage > 0; damage--)
            {
                line = Damage(line, random);
            }

            refused += Check(line, seed) ? 0 : 1;
        }

        Assert.InRange(refused, 150, 1500);
    }

    [Fact]
    public void An_object_cut_off_at_any_byte_is_dead()
    {
        byte[] line = "{\"a\":{\"b\":[1,-2.5e+7,\"\\u00e9\\ud83d\\ude00\\n\"]},\"c\":[{\"a\":true},null,{\"\":false}],\"\\u0061\":\"é😀\"}"u8.ToArray();
        Assert.True(Check(line, 0));
        for (int length = 1; length < line.Length; length++)
        {
            Assert.False(Check(line[..length], 0));
        }
    }

    [Fact]
    public void Random_bytes_do_no_harm()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        byte[] signs = "{}[]\":,\\ \t\r0129.-+eEtrufalsn\"\"::,,{}"u8.ToArray();
        for (int round = 0; round < 2000; round++)
        {
            byte[] line = new byte[random.Next(1, 40)];
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = random.Next(20) == 0 ? (byte)random.Next(256) : signs[random.Next(signs.Length)];
            }

            Check([.. line.Where(b => b != '\n')], seed);
        }
    }

    /// <summary>Decodes the line between two sound ones and compares with the oracle; true when it is data.</summary>
    private bool Check(byte[] line, int seed)
    {
        if (line.All(b => b is (byte)' ' or (byte)'\t' or (byte)'\r'))
        {
            return false;
        }

        (string rows, List<Death> deaths) = _rig.RunAgain([.. "{\"a\":\"before\"}\n"u8, .. line, .. "\n{\"a\":\"after\"}"u8]);
        string[] lines = rows.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string shown = $"seed {seed}: {Encoding.UTF8.GetString(line)}";
        Assert.True(lines[0].StartsWith("{\"a\":\"before\"", StringComparison.Ordinal) && lines[^1].StartsWith("{\"a\":\"after\"", StringComparison.Ordinal), shown);

        string? expected = Oracle(line, out string? reason);
        if (expected is null)
        {
            Assert.True(deaths.Count == 1 && deaths[0].Reason == reason, $"{shown}\n{reason}, not {deaths.FirstOrDefault()?.Reason}");
        }
        else
        {
            Assert.True(deaths.Count == 0 && lines.Length == 3, shown);
            Assert.True(lines[1] == expected, $"{shown}\n{expected}\n{lines[1]}");
        }

        return expected is not null;
    }

    private static string? Oracle(byte[] line, out string? reason)
    {
        reason = "bad_json";
        if (!Utf8.IsValid(line))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 1000 });
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                reason = "not_object";
                return null;
            }

            string?[] values = [Get(root, "a"), Get(root, "b"), Get(Last(root, "a"), "b"), At(Last(root, "c"), 1), Get(At1(Last(root, "c"), 0), "a"), Get(root, "é\"")];
            string[] names = [.. s_fields.Select(f => f.Name)];
            return "{" + string.Join(',', names.Select((n, i) => $"\"{n}\":{(values[i] is { } v ? Quote(v) : "null")}")) + "}";
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string RandomObject(Random random, int depth)
    {
        string[] keys = ["a", "b", "c", "\\u0061", "é\\\"", "", "zz", "d"];
        IEnumerable<string> members = Enumerable.Range(0, random.Next(5)).Select(_ => $"{Space(random)}\"{keys[random.Next(keys.Length)]}\"{Space(random)}:{Space(random)}{RandomValue(random, depth + 1)}{Space(random)}");
        return $"{{{string.Join(',', members)}{Space(random)}}}";
    }

    private static string RandomValue(Random random, int depth)
    {
        string[] numbers = ["0", "-0", "12", "-3.5", "1e5", "2E-7", "0.25e+3", "123456789012345678901234567890"];
        string[] texts = ["", "plain", "long enough for more than one vector of bytes", "é€😀", "\\u00e9\\n\\t\\\\\\\"\\/", "\\ud83d\\ude00x", "ends in \\\\", "\\b\\f\\r"];
        return random.Next(depth > 4 ? 5 : 8) switch
        {
            0 => "null",
            1 => random.Next(2) == 0 ? "true" : "false",
            2 => numbers[random.Next(numbers.Length)],
            3 or 4 => $"\"{texts[random.Next(texts.Length)]}\"",
            5 or 6 => RandomObject(random, depth),
            _ => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Space(random) + RandomValue(random, depth + 1) + Space(random)))}{Space(random)}]",
        };
    }

    private static string Space(Random random) => random.Next(6) switch
    {
        0 => " ",
        1 => "\t",
        2 => " \r ",
        _ => "",
    };

    private static byte[] Damage(byte[] line, Random random)
    {
        byte[] signs = "{}[]\":,\\ 09.-eEtn\x01x\xC3\x80"u8.ToArray();
        int at = random.Next(line.Length);
        byte sign = random.Next(8) == 0 ? (byte)random.Next(0x80, 0x100) : signs[random.Next(signs.Length)];
        return random.Next(3) switch
        {
            0 => [.. line[..at], .. line[Math.Min(line.Length, at + random.Next(1, 4))..], .. " "u8],
            1 => [.. line[..at], sign, .. line[at..]],
            _ => [.. line[..at], sign, .. line[(at + 1)..]],
        };
    }
}
