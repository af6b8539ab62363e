using System;
using System.Buffers;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using DataStream.Kernels;
using static DataStream.Tests.Formats.Json.JsonOracle;

namespace DataStream.Tests.Fuzz;

/// <summary>What becomes of JSON by System.Text.Json: columns <c>a</c> (text), <c>n</c> (int64), <c>f</c> (float64), <c>b</c> (bool) and <c>p</c> (text at <c>o.p[1]</c>).</summary>
internal static class JsonFuzzOracle
{
    private const int MaxDepth = 256;

    private static readonly Regex s_whole = new(@"\A-?[0-9]+\z", RegexOptions.CultureInvariant);

    public static IReadOnlyList<string> JsonLines(byte[] file) => [.. FuzzOracles.Lines(file).Where(line => !IsBlank(line)).Select(Line)];

    /// <summary>Of whole values only: how reading goes on behind a broken one is a matter of the format.</summary>
    public static IReadOnlyList<string>? JsonValues(byte[] file)
    {
        byte[] text = WithoutMark(file);
        if (!Utf8.IsValid(text))
        {
            return null;
        }

        var rows = new List<string>();
        for (int at = 0; at < text.Length;)
        {
            if (IsBlank(text.AsSpan(at, 1)))
            {
                at++;
                continue;
            }

            try
            {
                // The first bracket up to where it is even; a value of another kind may be a part of something.
                var reader = new Utf8JsonReader(text.AsSpan(at), new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 1000 });
                if (!reader.Read() || reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray) || !reader.TrySkip())
                {
                    return null;
                }

                byte[] value = text[at..(at + (int)reader.BytesConsumed)];
                rows.Add(Line(value));
                at += value.Length;
            }
            catch (JsonException)
            {
                return null;
            }
        }

        return rows;
    }

    /// <summary>Of one sound document with an array where it belongs.</summary>
    public static IReadOnlyList<string>? JsonArray(byte[] file)
    {
        byte[] text = WithoutMark(file);
        if (!Utf8.IsValid(text))
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MaxDepth });
            JsonElement root = document.RootElement;
            bool isOne = root.ValueKind == JsonValueKind.Object && root.EnumerateObject().Count(p => NameOf(p) == "d") == 1 && Last(root, "d") is { ValueKind: JsonValueKind.Object } d
                && d.EnumerateObject().Count(p => NameOf(p) == "e") == 1;
            return isOne && Last(Last(root, "d"), "e") is { ValueKind: JsonValueKind.Array } array
                ? [.. array.EnumerateArray().Select(e => Line(Encoding.UTF8.GetBytes(e.GetRawText())))]
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r') < 0 || (line.Length == 1 && line[0] == '\n');

    private static byte[] WithoutMark(byte[] file) => file is [0xEF, 0xBB, 0xBF, .. byte[] rest] ? rest : file;

    private static string Line(byte[] line)
    {
        if (line.Length > FuzzSubject.MaxRecordSize)
        {
            return "†record_too_long";
        }

        if (Fault(line) is { } fault)
        {
            return "†" + fault;
        }

        using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = MaxDepth });
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            return "†not_object";
        }

        (string Name, string Value)[] columns =
        [
            ("a", TextOf(Last(root, "a"))), ("n", Int64(Last(root, "n"))), ("f", Float64(Last(root, "f"))), ("b", Bool(Last(root, "b"))), ("p", TextOf(At1(Last(Last(root, "o"), "p"), 1))),
        ];
        (string Name, string Value) bad = columns.FirstOrDefault(c => c.Value.StartsWith('†'));
        return bad.Name is not null ? $"{bad.Value} {bad.Name}" : "{" + string.Join(',', columns.Select(c => $"\"{c.Name}\":{c.Value}")) + "}";
    }

    /// <summary>The first structural fault from the left.</summary>
    private static string? Fault(byte[] line)
    {
        var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 10_000 });
        int valid = 0;
        while (Rune.DecodeFromUtf8(line.AsSpan(valid), out _, out int length) == OperationStatus.Done)
        {
            valid += length;
        }

        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && reader.CurrentDepth >= MaxDepth)
                {
                    return reader.TokenStartIndex < valid ? "too_deep" : "bad_json";
                }
            }

            return Utf8.IsValid(line) ? null : "bad_json";
        }
        catch (JsonException)
        {
            return "bad_json";
        }
    }

    private static string TextOf(JsonElement? element) => Show(element) is { } text ? Quote(text) : "null";

    private static string Int64(JsonElement? element)
    {
        if (element is null or { ValueKind: JsonValueKind.Null })
        {
            return "null";
        }

        string raw = element.Value.GetRawText();
        return element.Value.ValueKind != JsonValueKind.Number ? "†bad_type"
            : !s_whole.IsMatch(raw) ? "†bad_number"
            : BigInteger.Parse(raw, CultureInfo.InvariantCulture) is var whole && whole >= long.MinValue && whole <= long.MaxValue ? whole.ToString(CultureInfo.InvariantCulture) : "†out_of_range";
    }

    private static string Float64(JsonElement? element)
    {
        if (element is null or { ValueKind: JsonValueKind.Null })
        {
            return "null";
        }

        if (element.Value.ValueKind != JsonValueKind.Number)
        {
            return "†bad_type";
        }

        double value = double.Parse(element.Value.GetRawText(), CultureInfo.InvariantCulture);
        Span<byte> text = stackalloc byte[NumberText.MaxFloat64Length];
        return double.IsFinite(value) ? Encoding.UTF8.GetString(text[..NumberText.FormatFloat64(value, text)]) : "null";
    }

    private static string Bool(JsonElement? element) => element?.ValueKind switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => "†bad_type",
    };
}
