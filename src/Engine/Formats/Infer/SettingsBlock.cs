using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace DataStream.Formats.Infer;

/// <summary>A <c>stream_settings</c> block in the making.</summary>
internal sealed class SettingsBlock(string path, string type, string reason)
{
    private const long MicrosecondsPerSecond = 1_000_000;

    private readonly List<string> _notes = [];
    private readonly List<string> _options = [];
    private readonly List<(string Line, string? Comment)> _fields = [];
    private string? _eventTime;

    public void Note(string note) => _notes.Add("# " + Visible(note));

    /// <summary>An option of the input's format, its value written as YAML.</summary>
    public void Option(string key, string value) => _options.Add($"{key}: {value}");

    public void Field(ColumnGuess column, string[] formatNullWords)
    {
        var keys = new List<string> { $"type: {column.Type}" };
        if (column.Path is not null)
        {
            keys.Add($"path: {YamlText.Scalar(column.Path)}");
        }

        if (column.Sources.Count > 0)
        {
            keys.Add($"source: [{string.Join(", ", column.Sources.Select(YamlText.Scalar))}]");
        }

        if (column.Time?.Format is { } format)
        {
            keys.Add($"format: {YamlText.Quoted(format)}");
        }

        string[] ownWords = column.Type == "text" ? [] : [.. column.NullWords.Except(formatNullWords)];
        if (ownWords.Length > 0)
        {
            keys.Add($"null_values: [{string.Join(", ", ownWords.Select(YamlText.Quoted))}]");
        }

        string value = keys.Count == 1 ? column.Type : $"{{{string.Join(", ", keys)}}}";
        _fields.Add(($"{YamlText.Scalar(column.Name)}: {value}", Comment(column, formatNullWords)));
    }

    public void EventTime(ColumnGuess column)
    {
        TimeGuess time = column.Time!;
        long disorder = time.Disorder();
        long range = time.Range();
        string bound = disorder == 0 ? "0s" : disorder > range / 2 ? "unbounded" : Duration(disorder);
        string comment = disorder == 0 ? "in order in the sample" : bound == "unbounded" ? "in no order in the sample" : "the greatest disorder in the sample, rounded up";
        _eventTime = $"  event_time: {{field: {YamlText.Scalar(column.Name)}, max_out_of_orderness: {bound}}}  # {comment}\n";
    }

    /// <summary>Whether a run could read anything: lines of text need no schema, all else does.</summary>
    public bool IsUsable => _fields.Count > 0 || type is "text" or "avro";

    public override string ToString()
    {
        var yaml = new StringBuilder();
        foreach (string line in _notes.Prepend(reason))
        {
            yaml.Append(line).Append('\n');
        }

        yaml.Append(CultureInfo.InvariantCulture, $"stream_settings:\n  stream_input: {YamlText.Uri(path)}\n  stream_output: stdout\n");
        yaml.Append("  input_format: ").Append(_options.Count == 0 ? type : $"{{type: {type}, {string.Join(", ", _options)}}}").Append('\n');
        yaml.Append("  output_format: ").Append(type is "text" ? "csv" : type is "avro" ? "json" : type).Append('\n');
        if (_fields.Count > 0)
        {
            yaml.Append("  schema:\n");
            int width = Math.Min(60, _fields.Max(f => f.Line.Length));
            foreach ((string line, string? comment) in _fields)
            {
                yaml.Append("    ").Append(comment is null ? line : $"{line.PadRight(width)}  # {Visible(comment)}").Append('\n');
            }
        }

        return yaml.Append(_eventTime).ToString();
    }

    private static string? Comment(ColumnGuess column, string[] formatNullWords)
    {
        var remarks = new List<string>();
        if (column.Note is not null)
        {
            remarks.Add(column.Note);
        }

        if (column.HasNulls && column.Note != "no values in the sample")
        {
            remarks.Add("null in some records");
        }

        if (column.Type == "text" && column.HasEmpty && formatNullWords.Contains(""))
        {
            remarks.Add("an empty one is null");
        }

        if (column.Time is { } time)
        {
            remarks.AddRange(time.IsAmbiguous ? ["day and month may be the other way round"] : []);
            remarks.AddRange(time.IsLocal ? ["without an offset: UTC unless time_zone says otherwise"] : []);
        }

        return remarks.Count == 0 ? null : string.Join("; ", remarks);
    }

    /// <summary>Rounded up to a whole number of a unit that reads well.</summary>
    private static string Duration(long microseconds)
    {
        (string Unit, long Length)[] units = [("d", 86_400 * MicrosecondsPerSecond), ("h", 3_600 * MicrosecondsPerSecond), ("m", 60 * MicrosecondsPerSecond), ("s", MicrosecondsPerSecond), ("ms", 1_000)];
        (string unit, long length) = units.FirstOrDefault(u => microseconds >= 2 * u.Length, ("ms", 1_000));
        return string.Create(CultureInfo.InvariantCulture, $"{(microseconds + length - 1) / length}{unit}");
    }

    /// <summary>A comment is one line.</summary>
    private static string Visible(string text) => string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c));
}
