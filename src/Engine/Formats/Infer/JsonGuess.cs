using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;

namespace DataStream.Formats.Infer;

/// <summary>What the objects of a file of JSON lines have in common.</summary>
/// <remarks>Objects inside objects become columns of their own, by path; arrays stay one column of text. Plan time: it allocates.</remarks>
internal sealed record JsonGuess(IReadOnlyList<ColumnGuess> Columns, int RecordCount, int BadLines)
{
    private const int MaxRecords = 5_000;
    private const int MaxDepth = 4;
    private const int MaxColumns = 500;

    /// <summary>The array whose elements are the records, as <c>records</c> has it.</summary>
    public string? Records { get; init; }

    /// <summary>The objects stand on any lines.</summary>
    public bool IsByValue { get; init; }

    /// <summary>What is no column, for people.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Null where there are no objects, or most lines are none.</summary>
    /// <param name="text">The head of a file.</param>
    /// <param name="isWhole">Whether it is all of it.</param>
    public static JsonGuess? Of(string text, bool isWhole)
    {
        JsonGuess? lines = OfLines(text.Split('\n'));
        if (lines is { RecordCount: > 1 } || (lines is null && text.AsSpan().TrimStart() is not ['{' or '[', ..]))
        {
            return lines;
        }

        // One line, or none that is an object: perhaps an envelope, an array, or values over several lines.
        JsonDocuments? documents = JsonDocuments.Of(Encoding.UTF8.GetBytes(text), isWhole, MaxRecords);
        if (documents is null || (lines is not null && documents.Records is null && documents.Objects.Count == 1))
        {
            return lines;
        }

        var columns = new List<Observed>();
        var leftOut = new List<string>();
        var byPath = new Dictionary<string, Observed>(StringComparer.Ordinal);
        int records = 0;
        foreach (JsonElement element in documents.Objects)
        {
            try
            {
                Observe(element, [], columns, byPath, leftOut);
                records++;
            }
            catch (InvalidOperationException)
            {
                // A lone surrogate, which cannot be made a string here.
            }
        }

        return columns.Count == 0 ? null : new JsonGuess(Name(columns, records), records, 0) { Records = documents.Records, IsByValue = documents.Records is null, LeftOut = leftOut };
    }

    private static JsonGuess? OfLines(IEnumerable<string> lines)
    {
        var columns = new List<Observed>();
        var leftOut = new List<string>();
        var byPath = new Dictionary<string, Observed>(StringComparer.Ordinal);
        int records = 0;
        int bad = 0;
        foreach (string line in lines.Where(l => !string.IsNullOrWhiteSpace(l)).Take(MaxRecords))
        {
            try
            {
                using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 256 });
                if (document.RootElement.ValueKind == JsonValueKind.Object)
                {
                    records++;
                    Observe(document.RootElement, [], columns, byPath, leftOut);
                    continue;
                }
            }
            catch (JsonException)
            {
                // Counted below: a dead record, as it would be in a run.
            }
            catch (InvalidOperationException)
            {
                // A lone surrogate, which cannot be made a string here.
            }

            bad++;
        }

        return records > bad && columns.Count > 0 ? new JsonGuess(Name(columns, records), records, bad) { LeftOut = leftOut } : null;
    }

    private static void Observe(JsonElement element, string[] path, List<Observed> columns, Dictionary<string, Observed> byPath, List<string> leftOut)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string[] place = [.. path, property.Name];
            if (property.Value.ValueKind == JsonValueKind.Object && place.Length < MaxDepth && property.Value.EnumerateObject().Any())
            {
                Observe(property.Value, place, columns, byPath, leftOut);
                continue;
            }

            string key = PathOf(place);
            if (!byPath.TryGetValue(key, out Observed? column))
            {
                if (columns.Count == MaxColumns || property.Name.Length == 0)
                {
                    string what = property.Name.Length == 0 ? $"left out: {(path.Length == 0 ? "a key" : "a key of " + PathOf(path))} that has no name"
                        : string.Create(CultureInfo.InvariantCulture, $"left out: keys behind the first {MaxColumns}");
                    if (!leftOut.Contains(what))
                    {
                        leftOut.Add(what);
                    }

                    continue;
                }

                column = new Observed(place);
                columns.Add(column);
                byPath.Add(key, column);
            }

            column.Add(property.Value);
        }
    }

    private static List<ColumnGuess> Name(List<Observed> columns, int records)
    {
        // A key of the record keeps its name; those further below are named by their path, and give way.
        var names = new HashSet<string>(columns.Where(c => c.Place.Length == 1).Select(c => c.Place[0]), StringComparer.Ordinal);
        var guesses = new List<ColumnGuess>();
        foreach (Observed column in columns)
        {
            string name = string.Join('_', column.Place);
            for (int i = 2; column.Place.Length > 1 && !names.Add(name); i++)
            {
                name = string.Create(CultureInfo.InvariantCulture, $"{string.Join('_', column.Place)}_{i}");
            }

            guesses.Add(column.Guess(name, records) with { Path = column.Place.Length == 1 ? null : PathOf(column.Place) });
        }

        return guesses;
    }

    public static string PathOf(string[] place) => string.Join('.', place.Select(Step));

    private static string Step(string key) =>
        key.Length > 0 && key.AsSpan().IndexOfAny(".[]\"") < 0 ? key
        : $"\"{key.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>The values seen at one place.</summary>
    private sealed class Observed(string[] place)
    {
        private readonly List<string> _texts = [];
        private readonly List<string> _numbers = [];
        private int _present;
        private int _bools;
        private int _others;
        private bool _isWhole = true;

        public string[] Place => place;

        public void Add(JsonElement value)
        {
            _present += value.ValueKind == JsonValueKind.Null ? 0 : 1;
            switch (value.ValueKind)
            {
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.True or JsonValueKind.False:
                    _bools++;
                    break;
                case JsonValueKind.Number:
                    string raw = value.GetRawText();
                    _numbers.Add(raw);
                    _isWhole &= long.TryParse(raw, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
                    break;
                case JsonValueKind.String:
                    _texts.Add(value.GetString()!);
                    break;
                default:
                    _others++;
                    break;
            }
        }

        public ColumnGuess Guess(string name, int records)
        {
            bool hasNulls = _present < records;
            ColumnGuess text = new(name, "text") { HasNulls = hasNulls, Note = Note() };
            if (_present == 0 || _others > 0)
            {
                return text;
            }

            if (_bools == _present)
            {
                return text with { Type = "bool" };
            }

            string key = place[^1];
            if (_bools == 0 && (_texts.Count == 0 || _numbers.Count == 0)
                && TimeGuess.Of(key, _texts.Count > 0 ? _texts : _numbers) is { } time)
            {
                return text with { Type = "timestamp", Time = time };
            }

            // Numbers and bools in strings, as many interfaces send them: what a CSV's column of these texts would be.
            bool areMisfits = _texts.Count <= Misfits.Allowed(_present) && ColumnGuess.OfFields(key, _texts) is { Type: "text", NullWords.Count: 0 };
            if (_texts.Count > 0 && _bools == 0 && !areMisfits && ColumnGuess.OfFields(key, [.. _texts, .. _numbers]) is { Type: not "text" } inTexts)
            {
                return inTexts.Type == "timestamp" ? text with { Type = inTexts.Type, Time = inTexts.Time, Note = inTexts.Note }
                    : inTexts with { Name = name, HasNulls = hasNulls || inTexts.HasNulls, NeedsCoerce = true };
            }

            int misfits = _present - _numbers.Count;
            string type = _isWhole ? "int64" : "float64";
            return misfits == 0 ? text with { Type = type } : misfits <= Misfits.Allowed(_present) ? text with { Type = type, Note = Misfits.Remark(misfits, _present, type) } : text;
        }

        private string? Note() =>
            _present == 0 ? "no values in the sample"
            : _others > 0 ? "arrays and objects, as they are written"
            : (_texts.Count > 0 ? 1 : 0) + (_numbers.Count > 0 ? 1 : 0) + (_bools > 0 ? 1 : 0) > 1 ? "values of several types"
            : null;
    }
}
