using System;
using System.Globalization;
using System.IO;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using DataStream.Kernels;
using nietras.SeparatedValues;

namespace DataStream.Bench;

/// <summary>
/// The same columns (instant, device, two doubles, status) by other readers: as their users write it, and Sep with this engine's own reading of fields. Texts of devices
/// are measured, not kept, which flatters all of them alike.
/// </summary>
internal sealed class CsvPeers(byte[] data)
{
    private const int Batch = 2048;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";
    private static readonly CsvConfiguration s_helper = new(CultureInfo.InvariantCulture);

    private readonly long[] _times = new long[Batch];
    private readonly int[] _devices = new int[Batch];
    private readonly double[] _temperatures = new double[Batch];
    private readonly double[] _pressures = new double[Batch];
    private readonly long[] _statuses = new long[Batch];

    /// <summary>What they are called, in the order of the report.</summary>
    public static string[] Names { get; } = ["Sep, rows alone", "Sep + the engine's fields", "Sep + Parse", "Sylvan", "spans + class library", "CsvHelper"];

    /// <summary>Rows and no field.</summary>
    public long SepScan()
    {
        using SepReader reader = Sep.New(',').Reader(o => o with { Unescape = false }).From(data);
        long rows = 0;
        foreach (SepReader.Row row in reader)
        {
            rows++;
        }

        return rows;
    }

    /// <summary>Its own parsing of doubles, which is csFastFloat, and the class library's of instants.</summary>
    public long SepParse()
    {
        using SepReader reader = Sep.New(',').Reader().From(data);
        long rows = 0;
        foreach (SepReader.Row row in reader)
        {
            int at = (int)(rows++ % Batch);
            _times[at] = DateTime.ParseExact(row[0].Span, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal).Ticks;
            _devices[at] = row[1].Span.Length;
            _temperatures[at] = row[3].Parse<double>();
            _pressures[at] = row[4].Parse<double>();
            _statuses[at] = row[5].Parse<long>();
        }

        return rows;
    }

    /// <summary>Sep finds the fields, the engine's kernels read them, one by one.</summary>
    public long SepHand()
    {
        using SepReader reader = Sep.New(',').Reader().From(data);
        Span<byte> bytes = stackalloc byte[64];
        long rows = 0;
        foreach (SepReader.Row row in reader)
        {
            int at = (int)(rows++ % Batch);
            _ = Timestamps.TryParse(Narrow(row[0].Span, bytes), out _times[at], out _);
            _devices[at] = row[1].Span.Length;
            Numbers.ParseFloat64(Narrow(row[3].Span, bytes), out _temperatures[at]);
            Numbers.ParseFloat64(Narrow(row[4].Span, bytes), out _pressures[at]);
            Numbers.ParseInt64(Narrow(row[5].Span, bytes), out _statuses[at]);
        }

        return rows;
    }

    public long Sylvan()
    {
        using var text = new StreamReader(new MemoryStream(data), Encoding.UTF8);
        using var reader = global::Sylvan.Data.Csv.CsvDataReader.Create(text);
        long rows = 0;
        while (reader.Read())
        {
            int at = (int)(rows++ % Batch);
            _times[at] = reader.GetDateTime(0).Ticks;
            _devices[at] = reader.GetFieldSpan(1).Length;
            _temperatures[at] = reader.GetDouble(3);
            _pressures[at] = reader.GetDouble(4);
            _statuses[at] = reader.GetInt64(5);
        }

        return rows;
    }

    public long Helper()
    {
        using var text = new StreamReader(new MemoryStream(data), Encoding.UTF8);
        using var reader = new CsvHelper.CsvReader(text, s_helper);
        reader.Read();
        reader.ReadHeader();
        long rows = 0;
        while (reader.Read())
        {
            int at = (int)(rows++ % Batch);
            _times[at] = reader.GetField<DateTime>(0).Ticks;
            _devices[at] = reader.GetField(1)!.Length;
            _temperatures[at] = reader.GetField<double>(3);
            _pressures[at] = reader.GetField<double>(4);
            _statuses[at] = reader.GetField<long>(5);
        }

        return rows;
    }

    /// <summary>Spans, IndexOf, and what the class library has for UTF-8: no quotes in the fields that are read.</summary>
    public long Naive()
    {
        ReadOnlySpan<byte> rest = data;
        rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        Span<char> chars = stackalloc char[64];
        long rows = 0;
        while (!rest.IsEmpty)
        {
            int at = (int)(rows++ % Batch);
            int length = Encoding.UTF8.GetChars(Field(ref rest), chars);
            _times[at] = DateTime.ParseExact(chars[..length], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal).Ticks;
            _devices[at] = Field(ref rest).Length;
            Field(ref rest);
            _temperatures[at] = double.Parse(Field(ref rest), CultureInfo.InvariantCulture);
            _pressures[at] = double.Parse(Field(ref rest), CultureInfo.InvariantCulture);
            _statuses[at] = long.Parse(Field(ref rest), CultureInfo.InvariantCulture);
            rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        }

        return rows;
    }

    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> rest)
    {
        int comma = rest.IndexOf((byte)',');
        ReadOnlySpan<byte> field = rest[..comma];
        rest = rest[(comma + 1)..];
        return field;
    }

    private static ReadOnlySpan<byte> Narrow(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        Ascii.FromUtf16(text, bytes, out int length);
        return bytes[..length];
    }
}
