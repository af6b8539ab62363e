using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using DataStream.Formats;
using DataStream.Kernels;
using DataStream.Tests.Formats;
using DataStream.Tests.Formats.MessagePack;
using static DataStream.Tests.Formats.Json.JsonOracle;

namespace DataStream.Tests.Fuzz;

/// <summary>What becomes of a file, by other means: a byte-by-byte reading of RFC 4180, regular expressions, the class library, the MessagePack package.</summary>
internal static class FuzzOracles
{
    private const int Max = FuzzSubject.MaxRecordSize;

    private static readonly Regex s_int64 = new(@"\A[+-]?[0-9]+\z", RegexOptions.CultureInvariant);
    private static readonly Regex s_float64 = new(@"\A[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant);
    private static readonly Regex s_notFinite = new(@"\A[+-]?(nan|inf|infinity)\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);

    // Each field ends at the first place where what follows it stands: no way back.
    private static readonly Regex s_line = new(@"\A(?>(.*?) )(?>(.*?) \[)(?>([+-]?[0-9]+))\] (.*)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline);

    private static readonly DecodeField[] s_packed =
    [
        MessagePackRig.Field("a", "text"), MessagePackRig.Field("n", "int64"), MessagePackRig.Field("f", "float64"), MessagePackRig.Field("b", "bool"), MessagePackRig.Field("t", "timestamp"),
        MessagePackRig.Field("p", "text") with { Path = "o.p" },
    ];

    public static IReadOnlyList<string> Csv(byte[] file) =>
        [.. NaiveCsv.Parse(Encoding.Latin1.GetString(WithoutMark(file)), ',', '"', '\0', Max, 5).Select(line => line.Fault is { } fault ? "†" + fault : CsvRow(line.Fields))];

    public static IReadOnlyList<string> Text(byte[] file) => [.. Lines(file).Where(l => l.Length > 0).Select(TextRow)];

    public static IReadOnlyList<string> Binary(byte[] file)
    {
        var rows = new List<string>();
        for (int at = 0; at < file.Length; at += 32)
        {
            ReadOnlySpan<byte> record = file.AsSpan(at, Math.Min(32, file.Length - at));
            if (record.Length < 32)
            {
                rows.Add("†no_match");
                break;
            }

            int region = record.Slice(6, 8).IndexOf((byte)0);
            ulong big = BinaryPrimitives.ReadUInt64LittleEndian(record[24..]);
            rows.Add(big > long.MaxValue ? "†out_of_range big" : $"{{\"device\":{BinaryPrimitives.ReadUInt32LittleEndian(record)},\"status\":{BinaryPrimitives.ReadInt16LittleEndian(record[4..])},\"region\":"
                + $"{Quote(Encoding.UTF8.GetString(record.Slice(6, region < 0 ? 8 : region)))},\"value\":{Number(BinaryPrimitives.ReadDoubleLittleEndian(record[16..]))},\"big\":{big}}}");
        }

        return rows;
    }

    /// <summary>Null where a record is too long: nothing says what the package makes of the rest.</summary>
    public static IReadOnlyList<string>? MessagePack(byte[] file)
    {
        List<MessagePackOracle.Fate> fates = MessagePackOracle.Read(file, s_packed);
        return fates.Any(f => f.Length > Max) ? null : [.. fates.Select(f => f.Row)];
    }

    private static string CsvRow(List<NaiveCsv.Item> fields)
    {
        string[] names = ["a", "n", "f", "b", "c"];
        var row = new StringBuilder("{");
        for (int i = 0; i < names.Length; i++)
        {
            NaiveCsv.Item? item = i < fields.Count ? fields[i] : null;
            string value = i is 0 or 4
                ? item is null || (item.Text == "-" && !item.IsQuoted) ? "null" : Quote(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(item.Text)))
                : item is null || item.Text is "" or "-" ? "null"
                : i == 1 ? Int64(item.Text) : i == 2 ? Float64(item.Text) : Bool(item.Text);
            if (value.StartsWith('†'))
            {
                return $"{value} {names[i]}";
            }

            row.Append(i == 0 ? "" : ",").Append('"').Append(names[i]).Append("\":").Append(value);
        }

        return row.Append('}').ToString();
    }

    private static string TextRow(byte[] line)
    {
        if (line.Length > Max)
        {
            return "†record_too_long";
        }

        Match match = s_line.Match(Encoding.Latin1.GetString(line));
        if (!match.Success)
        {
            return "†no_match";
        }

        string number = Int64(match.Groups[3].Value);
        return number.StartsWith('†') ? number + " n" : $"{{\"ip\":{Field(1)},\"level\":{Field(2)},\"n\":{number},\"rest\":{Field(4)}}}";

        string Field(int group) => Quote(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(match.Groups[group].Value)));
    }

    /// <summary>Lines without their ends; the last one ends with the file.</summary>
    internal static IEnumerable<byte[]> Lines(byte[] file)
    {
        byte[] text = WithoutMark(file);
        for (int at = 0; at < text.Length;)
        {
            int feed = text.AsSpan(at).IndexOf((byte)'\n');
            int end = feed < 0 ? text.Length : at + feed;
            yield return text[at..(feed > 0 && text[end - 1] == '\r' ? end - 1 : end)];
            at = end + 1;
        }
    }

    private static byte[] WithoutMark(byte[] file) => file is [0xEF, 0xBB, 0xBF, .. byte[] rest] ? rest : file;

    private static string Int64(string text)
    {
        string number = text.Trim(' ', '\t');
        return s_notFinite.IsMatch(number) ? "null"
            : s_int64.IsMatch(number) ? BigInteger.Parse(number, CultureInfo.InvariantCulture) is var whole && whole >= long.MinValue && whole <= long.MaxValue ? whole.ToString(CultureInfo.InvariantCulture) : "†out_of_range"
            : "†bad_number";
    }

    private static string Float64(string text)
    {
        string number = text.Trim(' ', '\t');
        return s_notFinite.IsMatch(number) ? "null" : s_float64.IsMatch(number) ? Number(double.Parse(number, CultureInfo.InvariantCulture)) : "†bad_number";
    }

    private static string Bool(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" => "true",
        "FALSE" or "0" => "false",
        _ => "†bad_bool",
    };

    private static string Number(double value)
    {
        Span<byte> text = stackalloc byte[NumberText.MaxFloat64Length];
        return double.IsFinite(value) ? Encoding.UTF8.GetString(text[..NumberText.FormatFloat64(value, text)]) : "null";
    }
}
