using System;
using System.Buffers.Text;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using csFastFloat;
using DataStream.Kernels;

namespace DataStream.Bench;

/// <summary>Doubles and instants, from text and to text: the kernels one by one and by the column beside the class library and csFastFloat, in turns; medians of the rounds.</summary>
internal sealed class FieldsJob(int rounds)
{
    private const int Count = 200_000;
    private const int Spare = 64;
    private const int Piece = 1000; // values in one call of a loop

    private readonly double[] _doubles = new double[Count];
    private readonly long[] _instants = new long[Count];
    private readonly byte[] _target = new byte[64];

    public int Run()
    {
        var random = new Random(1);
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd HH:mm}Z commit {Machine.Commit}; {Machine.Description}; {Count:N0} values, {rounds} rounds in turns, medians of processor ns per value");
        double[] usual = [.. Enumerable.Range(0, Count).Select(_ => Math.Round((random.NextDouble() * 1100) - 100, 1 + random.Next(4)))];
        double[] any = [.. Enumerable.Range(0, Count).Select(_ => (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 7)))];
        Doubles(report, "doubles of 3 to 9 characters", usual);
        Doubles(report, "doubles of 16 to 21 characters", any);
        Instants(report);
        Written(report, "shortest text, few digits", usual);
        Written(report, "shortest text, 16 or 17 digits", any);
        Results.Keep("fields.txt", report);
        return 0;
    }

    private void Doubles(StringBuilder report, string what, double[] values)
    {
        (byte[] text, int[] marks) = Joined(values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        double[] expected = new double[Count];
        Column(text, marks, Fields.ReadFloat64, expected);
        for (int i = 0; i < Count; i++)
        {
            if (BitConverter.DoubleToInt64Bits(expected[i]) != BitConverter.DoubleToInt64Bits(values[i]))
            {
                throw new InvalidOperationException($"{expected[i]:R} is not {values[i]:R}");
            }
        }

        Show(report, what, Turns.Medians(rounds, Count,
            () => Each<KernelDouble, double>(text, marks, _doubles),
            () => Column(text, marks, Fields.ReadFloat64, _doubles),
            () => Each<LibraryDouble, double>(text, marks, _doubles),
            () => Each<Utf8Double, double>(text, marks, _doubles),
            () => Each<FastDouble, double>(text, marks, _doubles)),
            "one by one", "by the column", "double.TryParse", "Utf8Parser", "csFastFloat");
    }

    private void Instants(StringBuilder report)
    {
        DateTime start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        string[] texts = [.. Enumerable.Range(0, Count).Select(i => start.AddMilliseconds(i * 37L).ToString("yyyy-MM-ddTHH:mm:ss.fff'Z'", CultureInfo.InvariantCulture))];
        (byte[] text, int[] marks) = Joined(texts);
        (byte[] round, int[] roundMarks) = Joined(texts.Select(t => t[..^1] + "0000Z")); // the form of 'O', the only one that Utf8Parser reads
        Show(report, "instants with milliseconds", Turns.Medians(rounds, Count,
            () => Each<KernelInstant, long>(text, marks, _instants),
            () => Column(text, marks, Fields.ReadTimestamps, _instants),
            () => Each<LibraryInstant, long>(text, marks, _instants),
            () => Each<Utf8Instant, long>(round, roundMarks, _instants)),
            "one by one", "by the column", "DateTime.TryParseExact", "Utf8Parser 'O'");
    }

    private void Written(StringBuilder report, string what, double[] values) => Show(report, what, Turns.Medians(rounds, Count,
        () =>
        {
            long length = 0;
            foreach (double value in values)
            {
                length += NumberText.FormatFloat64(value, _target);
            }

            return length > 0 ? Count : 0;
        },
        () =>
        {
            long length = 0;
            foreach (double value in values)
            {
                value.TryFormat(_target, out int written, default, CultureInfo.InvariantCulture);
                length += written;
            }

            return length > 0 ? Count : 0;
        },
        () =>
        {
            long length = 0;
            foreach (double value in values)
            {
                Utf8Formatter.TryFormat(value, _target, out int written);
                length += written;
            }

            return length > 0 ? Count : 0;
        }),
        "NumberText", "double.TryFormat", "Utf8Formatter");

    /// <summary>The engine's figures, and each peer's with how often the engine's best goes into it.</summary>
    private static void Show(StringBuilder report, string what, double[] medians, params string[] names)
    {
        int ours = names.Contains("by the column") ? 2 : 1;
        IEnumerable<string> parts = names.Zip(medians).Select((n, i) => i < ours
            ? string.Create(CultureInfo.InvariantCulture, $"{n.First} {n.Second:F1}")
            : string.Create(CultureInfo.InvariantCulture, $"{n.First} {n.Second:F1} ({string.Join(", ", medians[..ours].Select(m => (n.Second / m).ToString("F1", CultureInfo.InvariantCulture)))} times)"));
        report.AppendLine(CultureInfo.InvariantCulture, $"{what,-32} {string.Join("; ", parts)}");
    }

    private delegate int ReadColumn<T>(in FieldRun run, Span<T> values);

    /// <summary>Value by value, in a loop of its own for each parser: no delegate stands before any of them. In pieces, so that the loop is called often enough to be compiled for good.</summary>
    private static long Each<TParser, T>(byte[] text, int[] marks, T[] values)
        where TParser : struct, IFieldParser<T>
    {
        long read = 0;
        for (int from = 1; from < marks.Length; from += Piece)
        {
            read += Some<TParser, T>(text, marks, values, from, Math.Min(from + Piece, marks.Length));
        }

        return read;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Some<TParser, T>(byte[] text, int[] marks, T[] values, int from, int end)
        where TParser : struct, IFieldParser<T>
    {
        long read = 0;
        for (int i = from; i < end; i++)
        {
            int start = marks[i - 1] + 1;
            read += TParser.TryParse(text.AsSpan(start, marks[i] - start), out values[i - 1]) ? 1 : 0;
        }

        return read;
    }

    /// <summary>In pieces too, as an engine reads batches.</summary>
    private static long Column<T>(byte[] text, int[] marks, ReadColumn<T> read, T[] values)
    {
        long done = 0;
        for (int from = 0; from < Count; from += Piece)
        {
            done += read(new FieldRun(text.AsSpan(0, text.Length - Spare), marks, 1 + from, 1, Piece, isLast: false), values.AsSpan(from, Piece));
        }

        return done;
    }

    /// <summary>The texts with commas around them, and where these stand.</summary>
    private static (byte[] Text, int[] Marks) Joined(IEnumerable<string> texts)
    {
        byte[] text = Encoding.ASCII.GetBytes("," + string.Join(',', texts) + ",");
        return ([.. text, .. new byte[Spare]], [.. Enumerable.Range(0, text.Length).Where(i => text[i] == ',')]);
    }

    private readonly struct KernelDouble : IFieldParser<double>
    {
        public static bool TryParse(ReadOnlySpan<byte> text, out double value) => Numbers.ParseFloat64(text, out value) == FieldStatus.Value;
    }

    private readonly struct LibraryDouble : IFieldParser<double>
    {
        public static bool TryParse(ReadOnlySpan<byte> text, out double value) => double.TryParse(text, CultureInfo.InvariantCulture, out value);
    }

    private readonly struct Utf8Double : IFieldParser<double>
    {
        public static bool TryParse(ReadOnlySpan<byte> text, out double value) => Utf8Parser.TryParse(text, out value, out _);
    }

    private readonly struct FastDouble : IFieldParser<double>
    {
        public static bool TryParse(ReadOnlySpan<byte> text, out double value) => FastDoubleParser.TryParseDouble(text, out value);
    }

    private readonly struct KernelInstant : IFieldParser<long>
    {
        public static bool TryParse(ReadOnlySpan<byte> text, out long value) => Timestamps.TryParse(text, out value, out _);
    }

    private readonly struct LibraryInstant : IFieldParser<long>
    {
        public static bool TryParse(ReadOnlySpan<byte> text, out long value)
        {
            Span<char> chars = stackalloc char[32];
            int length = Encoding.UTF8.GetChars(text, chars);
            bool isRead = DateTime.TryParseExact(chars[..length], "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime time);
            value = time.Ticks;
            return isRead;
        }
    }

    private readonly struct Utf8Instant : IFieldParser<long>
    {
        public static bool TryParse(ReadOnlySpan<byte> text, out long value)
        {
            bool isRead = Utf8Parser.TryParse(text, out DateTime time, out _, 'O');
            value = time.Ticks;
            return isRead;
        }
    }
}
