using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Flow;

namespace DataStream.Formats.Csv;

/// <summary><c>header: find</c>: looks at line after line for the first that has all names of the schema. One per cutter.</summary>
internal sealed class HeaderSearch(CsvReading reading)
{
    private const int NamesShown = 20;

    private string _source = "";
    private long _lines;
    private long _nearest; // the line with the most of the names so far; 0: none has any
    private int _found;
    private List<byte[]> _missing = [];

    /// <summary>A new file begins.</summary>
    public void Begin(string source)
    {
        _source = source;
        (_lines, _nearest, _found, _missing) = (0, 0, 0, []);
    }

    /// <summary>Judges a line that could be a record; null: it is none.</summary>
    public bool IsHeader(IReadOnlyList<byte[]>? fields, long line)
    {
        _lines++;
        if (fields is null)
        {
            return false;
        }

        List<byte[]> missing = [.. reading.Names.Where(name => !fields.Any(field => field.AsSpan().SequenceEqual(name)))];
        int found = reading.Names.Count - missing.Count;
        if (found > _found)
        {
            (_nearest, _found, _missing) = (line, found, missing);
        }

        return missing.Count == 0;
    }

    /// <summary>The file ended without a header. One without a line has none and lacks no column.</summary>
    public void End()
    {
        if (_lines == 0)
        {
            return;
        }

        string all = Show(reading.Names);
        string nearest = _nearest == 0 ? "no line has any of them" : string.Create(null, $"line {_nearest} has the most, and lacks {Show(_missing)}");
        throw new StopException(ExitCode.BadData, $"{_source}: no line has all names of the schema, which 'header: find' looks for ({all}); {nearest}");
    }

    private static string Show(IReadOnlyList<byte[]> names) =>
        string.Join(", ", names.Take(NamesShown).Select(Encoding.UTF8.GetString)) + (names.Count > NamesShown ? ", …" : "");
}
