using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;

namespace DataStream.Tests.Pipelines;

/// <summary>Events of a few keys in one file or several, as CSV or JSON, with everything in them that real files have: quotes, breaks, late and broken records, other line ends.</summary>
internal sealed class RandomData
{
    private static readonly string[] s_keys = ["a", "b", "pump-1", "pump 2", "\"quoted, key\"", "ключ", ""];

    private readonly Random _random;
    private readonly bool _isJson;
    private readonly bool _hasComments;
    private readonly string _lineEnd;
    private double _time = 1_767_225_600;

    public RandomData(Random random, int rows)
    {
        _random = random;
        _isJson = random.Next(3) == 0;
        _hasComments = !_isJson && random.Next(4) == 0;
        _lineEnd = random.Next(4) == 0 ? "\r\n" : "\n";
        bool hasNulls = !_isJson && random.Next(4) == 0;
        Format = !_hasComments && !hasNulls ? "" : $"{{type: csv{(_hasComments ? ", comment: \"#\"" : "")}{(hasNulls ? ", null_values: [x, \"7\"]" : "")}}}";
        bool isPacked = random.Next(5) == 0;
        int files = random.Next(4) == 0 ? 3 : 1;
        Files = [.. Enumerable.Range(0, files).Select(i => ($"in{i}.{(_isJson ? "ndjson" : "csv")}{(isPacked ? ".gz" : "")}", Pack(Make(rows / files), isPacked)))];
    }

    public IReadOnlyList<(string Name, byte[] Bytes)> Files { get; }

    /// <summary>The input's format where it is not the extension's alone.</summary>
    public string Format { get; }

    private string Pick(params string[] choices) => choices[_random.Next(choices.Length)];

    private static byte[] Pack(byte[] bytes, bool isPacked)
    {
        if (!isPacked)
        {
            return bytes;
        }

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private byte[] Make(int rows)
    {
        var text = new List<byte>();
        void Add(string line) => text.AddRange(Encoding.UTF8.GetBytes(line));
        bool isReordered = _random.Next(2) == 0;
        if (!_isJson)
        {
            Add(isReordered ? "note,n,v,k,t,extra\r\n" : "t,k,v,n,note\n");
        }

        for (int i = 0; i < rows; i++)
        {
            Add(Event(isReordered));
            if (_random.Next(40) == 0)
            {
                Add(Pick("\n", "\r\n", "  \n", _hasComments ? "# a \"comment\n" : "\n"));
            }

            if (_random.Next(150) == 0)
            {
                text.AddRange([0xFF, 0xFE, (byte)'\n']);
            }
        }

        return [.. text];
    }

    private string Event(bool isReordered)
    {
        _time += _random.NextDouble() * 3;
        double late = _random.Next(6) == 0 ? _random.NextDouble() * 20 : 0;
        string stamp = DateTime.UnixEpoch.AddMilliseconds(Math.Floor((_time - late) * 1000)).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
        string k = s_keys[_random.Next(s_keys.Length)];
        string v = Number();
        string n = Pick(_random.Next(-50, 50).ToString(CultureInfo.InvariantCulture), _random.NextInt64().ToString(CultureInfo.InvariantCulture), "7", "7", "");
        if (_isJson)
        {
            return JsonLine(stamp, k, v, n);
        }

        string note = Pick("", "x", "\"a\nb\"", "\"say \"\"hi\"\"\"", new string('n', _random.Next(80)), "\"open", "\"closed\"z");
        string line = isReordered ? $"{note},{n},{v},{k},{stamp},e" : $"{stamp},{k},{v},{n},{note}";
        return Dirt(line) + (_random.Next(8) == 0 ? "\r\n" : _lineEnd);
    }

    private string Number() => _random.Next(12) switch
    {
        0 => "",
        1 => "x",
        2 => "1e16",
        3 => "-0",
        4 => "NaN",
        5 => "0.1",
        _ => (_random.Next(-4000, 4000) / 100.0).ToString("R", CultureInfo.InvariantCulture),
    };

    private string Dirt(string line) => _random.Next(25) switch
    {
        0 => line + ",more,fields",
        1 => line[..(line.Length / 2)],
        2 => "x" + line,
        _ => line,
    };

    private string JsonLine(string stamp, string k, string v, string n)
    {
        string value = v is "" or "NaN" ? "null" : v == "x" ? "\"x\"" : v;
        string note = Pick("\"a\\u00e9\\n\"", "{\"deep\":[1,\"\\ud800\"]}", "\"\"", "12.50");
        string[] members = [$"\"t\":\"{stamp}\"", $"\"k\":{System.Text.Json.JsonSerializer.Serialize(k)}", $"\"v\":{value}", $"\"n\":{(n.Length == 0 ? "null" : n)}", $"\"note\":{note}"];
        if (_random.Next(3) == 0)
        {
            _random.Shuffle(members);
        }

        return "{" + string.Join(_random.Next(2) == 0 ? "," : " , ", members) + "}" + (_random.Next(60) == 0 ? "}" : "") + _lineEnd;
    }
}
