using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats.Avro;

namespace DataStream.Formats.Infer;

/// <summary>Guesses a file's format and schema, and writes them as a <c>stream_settings</c> block to paste.</summary>
/// <remarks>For people at plan time: it allocates freely. The guess is only as good as the sample; every choice stands in a comment beside it.</remarks>
public static class FormatInference
{
    private static readonly string[] s_timeNames = ["event_time", "timestamp", "time", "ts", "datetime", "date", "created_at"];

    /// <summary>Guesses from the start of a file.</summary>
    /// <param name="head">The first bytes, decompressed; a megabyte is plenty.</param>
    /// <param name="path">The file, as the block shall name it.</param>
    /// <param name="isWhole">The bytes are the whole file; otherwise a last line without an end is left out of account.</param>
    /// <returns>YAML that ends with a line feed.</returns>
    /// <exception cref="StopException">The bytes are no text, or there are none: 65.</exception>
    public static string Infer(ReadOnlySpan<byte> head, string path, bool isWhole = false)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (head.StartsWith(AvroFormat.Magic))
        {
            return AvroBlock(head, path).ToString();
        }

        EncodingGuess encoding = EncodingGuess.Of(head, out byte[] decoded);
        head = decoded is [0xEF, 0xBB, 0xBF, ..] ? decoded.AsSpan(3) : decoded;
        Refuse(head, path);
        if (head.Trim(" \t\r\n"u8).IsEmpty)
        {
            throw new StopException(ExitCode.BadData, $"{path}: there is nothing in it to guess from");
        }

        int lastLine = head.LastIndexOf((byte)'\n');
        string text = Encoding.UTF8.GetString(isWhole || lastLine < 0 ? head : head[..(lastLine + 1)]);
        SettingsBlock block = BlockOf(text, path, isWhole);
        if (!block.IsUsable)
        {
            throw new StopException(ExitCode.BadData, $"{path}: no column in it has a name of its own to guess from");
        }

        if (encoding.Name is not null)
        {
            block.Option("encoding", encoding.Name);
            block.Note(encoding.Reason);
        }

        return block.ToString();
    }

    /// <summary>A container file tells its columns itself.</summary>
    private static SettingsBlock AvroBlock(ReadOnlySpan<byte> head, string path)
    {
        var format = new AvroFormat(new Settings("'input_format'", Place.Code, new ConfigMap(), new ConfigErrors()));
        var block = new SettingsBlock(path, "avro", "# avro: a container file, whose own schema gives the columns");
        foreach (DecodeField field in format.FieldsOf(head, isAll: true, path)!)
        {
            block.Field(new ColumnGuess(field.Name, field.Type.ToString()), []);
        }

        return block;
    }

    private static SettingsBlock BlockOf(string text, string path, bool isWhole)
    {
        string extension = ExtensionOf(path);
        if (extension is not (".csv" or ".tsv") && JsonGuess.Of(text, isWhole) is { } json)
        {
            return JsonBlock(json, path);
        }

        if (!text.Contains('\n', StringComparison.Ordinal) && text.AsSpan().Trim("\r").Contains('\r'))
        {
            throw new StopException(ExitCode.BadData, $"{path}: it holds CRs but no LF; lines end in LF or CRLF, so convert the file, for example with tr '\\r' '\\n'");
        }

        if (extension is not (".json" or ".ndjson" or ".jsonl" or ".log") && CsvGuess.Of(text, extension is ".csv" or ".tsv") is { } csv)
        {
            return CsvBlock(csv, path);
        }

        string reason = text.AsSpan().TrimStart() is ['{' or '[', ..]
            ? "# text: it looks like JSON, but holds no object"
            : "# text: neither JSON objects nor a delimiter (comma, semicolon, tab, bar) in most lines";
        if (extension is not (".json" or ".ndjson" or ".jsonl" or ".log") && WidthsGuess.Of(text) is { } widths)
        {
            return WidthsBlock(widths, path);
        }

        return TextGuess.Of(text) is { } lines ? TextBlock(lines, path) : new SettingsBlock(path, "text", reason);
    }

    private static void Refuse(ReadOnlySpan<byte> head, string path)
    {
        if (head.Count((byte)0) > head.Length / 100)
        {
            throw new StopException(ExitCode.BadData, $"{path}: this is not text (it holds zero bytes), so no format can be guessed");
        }
    }

    private static string Sample(long records) => records switch
    {
        0 => "the header alone",
        1 => "the first record",
        _ => $"the first {Counted.Of(records, "record")}",
    };

    private static SettingsBlock JsonBlock(JsonGuess guess, string path)
    {
        var block = new SettingsBlock(path, "json", string.Create(CultureInfo.InvariantCulture,
            $"# json: {LayoutOf(guess)}; guessed from {Sample(guess.RecordCount)}"));
        if (guess.Records is not null)
        {
            block.Option("records", YamlText.Quoted(guess.Records));
        }

        if (guess.IsByValue)
        {
            block.Option("framing", "values");
        }

        string[] inStrings = [.. guess.Columns.Where(c => c.NeedsCoerce).Select(c => c.Name)];
        if (inStrings.Length > 0)
        {
            block.Option("coerce", "true");
            block.Note($"numbers or bools stand in strings, which coerce reads: {string.Join(", ", inStrings.Take(5))}{(inStrings.Length > 5 ? ", …" : "")}");
        }

        if (guess.BadLines > 0)
        {
            block.Note(string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(guess.BadLines, "line")} of the sample {(guess.BadLines == 1 ? "is no object" : "are no objects")}: dead"));
        }

        foreach (string note in guess.LeftOut)
        {
            block.Note(note);
        }

        Fill(block, guess.Columns, []);
        return block;
    }

    private static string LayoutOf(JsonGuess guess) =>
        guess.Records == "." ? "the elements of an array"
        : guess.Records is not null ? $"the elements of the array '{guess.Records}' in an envelope"
        : guess.IsByValue ? "objects that do not stand one a line" : "one object per line";

    private static SettingsBlock TextBlock(TextGuess guess, string path)
    {
        var block = new SettingsBlock(path, "text", $"# text: {guess.Reason}");
        block.Option("pattern", YamlText.Quoted(guess.Pattern));
        if (guess.EntryStarts is not null)
        {
            block.Option("entry_starts", YamlText.Quoted(guess.EntryStarts));
        }

        Fill(block, guess.Columns, []);
        return block;
    }

    private static SettingsBlock WidthsBlock(WidthsGuess guess, string path)
    {
        var block = new SettingsBlock(path, "text", "# text: fields at fixed places, with blanks in the same columns of every line");
        block.Option("widths", $"{{{string.Join(", ", guess.Names.Zip(guess.Widths, (name, width) => string.Create(CultureInfo.InvariantCulture, $"{YamlText.Scalar(name)}: {width}")))}}}");
        if (guess.HasNames)
        {
            block.Note("the first line has the names: it is read as a record, and dead");
        }

        Fill(block, guess.Columns, []);
        return block;
    }

    private static SettingsBlock CsvBlock(CsvGuess guess, string path)
    {
        string delimiter = guess.Delimiter switch { ',' => "commas", ';' => "semicolons", '\t' => "tabs", _ => "bars" };
        var block = new SettingsBlock(path, "csv", string.Create(CultureInfo.InvariantCulture,
            $"# csv: {delimiter}, {(guess.Found.HasHeader ? "a header" : "no header")}; guessed from {Sample(guess.Found.RecordCount)}"));
        if (guess.Delimiter != ',')
        {
            block.Option("delimiter", guess.Delimiter == '\t' ? "tab" : YamlText.Quoted(guess.Delimiter.ToString()));
        }

        block.Option("header", guess.FindsHeader && guess.Found.HasHeader ? "find" : guess.Found.HasHeader ? "true" : "false");
        if (guess.FindsHeader && guess.Found.HasHeader)
        {
            block.Note("what stands before the header is passed over: the header is the first line with all these names");
        }

        if (guess.Quote != '"')
        {
            block.Option("quote", YamlText.Quoted(guess.Quote.ToString()));
        }

        if (guess.Comment is { } comment)
        {
            block.Option("comment", YamlText.Quoted(comment.ToString()));
        }

        if (guess.Escape is { } escape)
        {
            block.Option("escape", YamlText.Quoted(escape.ToString()));
            block.Note("quotes inside quotes have a backslash before them");
        }

        if (guess.Found.Signs is { } signs)
        {
            block.Option("decimal", YamlText.Quoted(signs.Decimal.ToString()));
            block.Note(signs.Decimal == ',' ? "numbers have a decimal comma" : "numbers have signs between thousands");
        }

        if (guess.Found.Signs?.Thousands is { } thousands)
        {
            block.Option("thousands", YamlText.Quoted(thousands));
        }

        if (guess.SkipLines > 0 && !(guess.FindsHeader && guess.Found.HasHeader))
        {
            block.Option("skip_lines", guess.SkipLines.ToString(CultureInfo.InvariantCulture));
        }

        if (guess.Found.HasUnits)
        {
            block.Option("skip_after_header", "1");
        }

        foreach (string note in guess.Notes.Concat(guess.Found.Notes))
        {
            block.Note(note);
        }

        string[] nullWords = NullWords(guess.Found.Columns);
        if (nullWords.Length > 0)
        {
            block.Option("null_values", $"[{string.Join(", ", nullWords.Select(YamlText.Quoted))}]");
        }

        Fill(block, guess.Found.Columns, nullWords);
        return block;
    }

    /// <summary>
    /// The words for null that no text column has, so that they can hold for all; and the empty text where a text column has some: unquoted, it is rather a null.
    /// </summary>
    private static string[] NullWords(IReadOnlyList<ColumnGuess> columns)
    {
        var textWords = columns.Where(c => c.Type == "text").SelectMany(c => c.NullWords).ToHashSet(StringComparer.Ordinal);
        IEnumerable<string> words = columns.Where(c => c.Type != "text").SelectMany(c => c.NullWords).Distinct().Where(w => !textWords.Contains(w)).Order(StringComparer.Ordinal);
        bool hasEmptyText = columns.Any(c => c.Type == "text" && c.HasEmpty);
        return [.. hasEmptyText ? [""] : Array.Empty<string>(), .. words];
    }

    private static void Fill(SettingsBlock block, IReadOnlyList<ColumnGuess> columns, string[] nullWords)
    {
        foreach (ColumnGuess column in columns)
        {
            block.Field(column, nullWords);
        }

        ColumnGuess? time = columns.Where(c => c.Type == "timestamp" && !c.HasNulls)
            .OrderBy(c => (uint)Array.IndexOf(s_timeNames, c.Name.ToLowerInvariant())).FirstOrDefault();
        if (time is not null)
        {
            block.EventTime(time);
        }
    }

    private static string ExtensionOf(string path)
    {
        string name = path.ToLowerInvariant();
        name = name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name.EndsWith(".zst", StringComparison.Ordinal) ? name[..^4] : name;
        int point = name.LastIndexOf('.');
        return point < 0 ? "" : name[point..];
    }
}
