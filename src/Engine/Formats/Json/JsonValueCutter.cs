using System;
using System.Collections.Generic;

namespace DataStream.Formats.Json;

/// <summary>Cuts JSON by values, whatever lines they stand on: values one behind the other, or the elements of an array inside each of them.</summary>
/// <remarks>
/// A payload holds whole values with what stands between them. A value whose structure is broken, one that is too long, and a document without the array come alone, in a
/// payload with a header that says so (<see cref="JsonParts"/>). Positions are those in the bytes that were not consumed yet.
/// </remarks>
internal sealed class JsonValueCutter : RecordCutter
{
    private readonly int _maxRecordSize;
    private readonly FileStart _fileStart;
    private readonly JsonEnvelope? _envelope; // null: the values themselves are the records
    private readonly JsonStructure _value = new();
    private readonly JsonRecovery _recovery = new();
    private JsonCutPhase _phase;
    private JsonSeparator _separator;
    private bool _isAtStart;
    private bool _isDocument; // what is broken, or pending, is a document rather than a record
    private bool _isBroken; // no comma stands before it
    private bool _isDiscarding; // the value is too long, and its front was cut
    private bool _hasRecords;
    private JsonCutPhase _after; // what comes behind a value that is cut alone
    private bool _isHeld; // the document's front is still there
    private int _at;
    private int _start;
    private int _end;
    private int _header;
    private int _trimmed; // bytes at the end of the value that go with it, and are no part of it
    private long _column; // of the value at hand
    private long _lineBytes; // bytes of the current line that were consumed
    private bool _isLineWhite; // all of them are white

    /// <param name="maxRecordSize">The most bytes of a record.</param>
    /// <param name="records">Where the array of records lies in each value, no steps being the value itself; null: values are records.</param>
    public JsonValueCutter(int maxRecordSize, IReadOnlyList<JsonStep>? records)
    {
        _maxRecordSize = maxRecordSize;
        _fileStart = new FileStart(maxRecordSize);
        _envelope = records is null ? null : new JsonEnvelope(records);
    }

    public override void Begin(string source)
    {
        Line = 1;
        Header = JsonParts.Values;
        _fileStart.Begin(source);
        _isAtStart = true;
        _isDiscarding = false;
        (_at, _lineBytes, _isLineWhite, _separator) = (0, 0, true, JsonSeparator.None);
        _phase = _envelope is null ? JsonCutPhase.Between : JsonCutPhase.BetweenDocuments;
        (_after, _isDocument) = (_phase, false);
    }

    public override Cut Cut(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength)
    {
        if (bytes.IsEmpty)
        {
            return default;
        }

        if (_isAtStart)
        {
            if (!_fileStart.TryPassMark(bytes, isFinal, out int mark))
            {
                return default;
            }

            _isAtStart = false;
            if (mark > 0)
            {
                return new Cut(mark, 0, 0);
            }
        }

        Header = JsonParts.Values;
        Cut cut = Next(bytes, isFinal, maxRecords, maxLength);
        int consumed = cut.Skip + cut.Length + cut.Discard;
        ReadOnlySpan<byte> gone = bytes[..consumed];
        int lastLine = gone.LastIndexOf((byte)'\n');
        _lineBytes = lastLine < 0 ? _lineBytes + consumed : consumed - lastLine - 1;
        _isLineWhite = (lastLine >= 0 || _isLineWhite) && gone[(lastLine + 1)..].IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r') < 0;
        Line += lastLine < 0 ? 0 : gone.Count((byte)'\n');
        (_at, _start, _end) = (_at - consumed, _start - consumed, _end - consumed);
        _envelope?.Consume(consumed);
        return cut;
    }

    private Cut Next(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength)
    {
        int end = 0;
        int count = 0;
        while (true)
        {
            bool isFront = count == 0;
            Cut? cut = null;
            switch (_phase)
            {
                case JsonCutPhase.BetweenDocuments:
                    cut = BetweenDocuments(bytes);
                    break;
                case JsonCutPhase.Document:
                    cut = Document(bytes, isFinal);
                    break;
                case JsonCutPhase.Between:
                    cut = count == maxRecords ? new Cut(0, end, 0) : Between(bytes, isFinal, isFront);
                    break;
                case JsonCutPhase.Value:
                    cut = Value(bytes, isFinal, isFront);
                    break;
                case JsonCutPhase.Garbage:
                    cut = Garbage(bytes, isFinal, isFront);
                    break;
                case JsonCutPhase.Recovery:
                    cut = _recovery.TryEnd(bytes, ref _at) || isFinal ? Broken(bytes, _at) : More(bytes, isFront);
                    break;
                default:
                    if (_header == JsonParts.Values && _end <= maxLength)
                    {
                        (_at, end, _phase, _separator) = (_end, _end, JsonCutPhase.Between, JsonSeparator.Comma);
                        count++;
                    }
                    else
                    {
                        cut = _start > 0 ? new Cut(_start, 0, 0) : Alone();
                    }

                    break;
            }

            if (cut is { } made)
            {
                // What was found before comes first; the way goes on from where it was left.
                return isFront ? made : new Cut(0, end, 0);
            }
        }
    }

    private Cut? BetweenDocuments(ReadOnlySpan<byte> bytes)
    {
        SkipWhite(bytes);
        if (_at > 0)
        {
            return new Cut(_at, 0, 0);
        }

        BeginValue(bytes);
        _envelope!.Begin();
        (_phase, _after, _isDocument, _hasRecords, _isHeld) = (JsonCutPhase.Document, JsonCutPhase.BetweenDocuments, true, false, true);
        return null;
    }

    /// <summary>Follows the path; what was passed is skipped, but for the front of a document whose array was not met yet: it may be a dead record.</summary>
    private Cut? Document(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        JsonStructure structure = _envelope!.Structure;
        while (true)
        {
            JsonToken token = _envelope.Next(bytes, ref _at, out bool opensRecords);
            _isHeld &= _at <= _maxRecordSize;
            bool isEnd = structure is { InScalar: true, Depth: 0 };
            if (opensRecords)
            {
                (_phase, _after, _isDocument, _hasRecords, _isHeld, _separator) = (JsonCutPhase.Between, JsonCutPhase.Between, false, true, false, JsonSeparator.None);
                return new Cut(_at, 0, 0);
            }

            if (token == JsonToken.Fault)
            {
                (_start, _after, _isDocument, _phase) = (_isHeld ? 0 : _at, JsonCutPhase.BetweenDocuments, true, JsonCutPhase.Recovery);
                _recovery.Begin(structure, bytes, _start, _at, WhiteBefore(_start), _column, isElement: false);
                return null;
            }

            if (token == JsonToken.More && !isFinal)
            {
                return _isHeld ? default : new Cut(_envelope.Passed(Math.Min(_at, bytes.Length - 1), _maxRecordSize), 0, 0);
            }

            if (token == JsonToken.More && !isEnd)
            {
                (_start, _after, _isDocument) = (_isHeld ? 0 : bytes.Length - 1, JsonCutPhase.BetweenDocuments, true);
                return Broken(bytes, bytes.Length);
            }

            if (structure.Depth == 0)
            {
                if (_hasRecords)
                {
                    _phase = JsonCutPhase.BetweenDocuments;
                    return new Cut(_at, 0, 0);
                }

                (_start, _end, _header, _phase) = (_isHeld ? 0 : _at - 1, _at, JsonParts.NoRecords, JsonCutPhase.Pending);
                return null;
            }
        }
    }

    private Cut? Between(ReadOnlySpan<byte> bytes, bool isFinal, bool isFront)
    {
        bool isElement = _envelope is not null;
        while (true)
        {
            SkipWhite(bytes);
            if (_at == bytes.Length || bytes[_at] != ',' || !isElement || _separator is not (JsonSeparator.Comma or JsonSeparator.MaybeComma))
            {
                break;
            }

            _separator = JsonSeparator.AfterComma;
            _at++;
        }

        if (_at == bytes.Length)
        {
            if (!isElement)
            {
                return new Cut(_at, 0, 0);
            }

            // An array that is cut off shows in what stands behind its last element.
            (_start, _end) = (bytes.Length - 1, bytes.Length);
            return isFinal && isFront ? Broken(bytes, _end) : new Cut(Math.Max(_start, 0), 0, 0);
        }

        if (isElement && bytes[_at] == ']' && _separator != JsonSeparator.AfterComma)
        {
            if (!isFront)
            {
                return default(Cut);
            }

            _phase = JsonCutPhase.Document;
            return null;
        }

        if (isElement && bytes[_at] == ']')
        {
            return isFront ? TrailingComma(bytes) : default(Cut);
        }

        if (_at > 0 && isFront)
        {
            return new Cut(_at, 0, 0);
        }

        BeginValue(bytes);
        (_after, _isDocument) = (JsonCutPhase.Between, false);
        _isBroken = isElement && _separator == JsonSeparator.Comma;
        _value.Begin();
        _phase = JsonCutPhase.Value;
        return null;
    }

    /// <summary>The array closes behind a comma: no JSON, and told once.</summary>
    private Cut? TrailingComma(ReadOnlySpan<byte> bytes)
    {
        _start = _at;
        _envelope!.Next(bytes, ref _at, out _);
        _after = _envelope.Structure.Depth == 0 ? JsonCutPhase.BetweenDocuments : JsonCutPhase.Document;
        return Broken(bytes, _at);
    }

    private Cut? Value(ReadOnlySpan<byte> bytes, bool isFinal, bool isFront)
    {
        while (true)
        {
            JsonToken token = _value.Next(bytes, ref _at);
            if (token == JsonToken.Fault)
            {
                if (_at == _start)
                {
                    _phase = JsonCutPhase.Garbage;
                    return null;
                }

                int start = Math.Max(_start, 0);
                _recovery.Begin(_value, bytes, start, _at, WhiteBefore(start), _column, _envelope is not null);
                _phase = JsonCutPhase.Recovery;
                return null;
            }

            if (token == JsonToken.More && !(isFinal && _value is { InScalar: true, Depth: 0 }))
            {
                return isFinal ? Broken(bytes, bytes.Length) : More(bytes, isFront);
            }

            if (_value.Depth == 0)
            {
                (_end, _phase) = (_at, JsonCutPhase.Pending);
                _header = _isBroken || _isDiscarding || _end - _start > _maxRecordSize ? JsonParts.Broken : JsonParts.Values;
                return null;
            }
        }
    }

    /// <summary>What begins no value: up to white space, or to where one can begin or end.</summary>
    private Cut? Garbage(ReadOnlySpan<byte> bytes, bool isFinal, bool isFront)
    {
        bool isElement = _envelope is not null;
        for (_at += _at == _start ? 1 : 0; _at < bytes.Length; _at++)
        {
            byte value = bytes[_at];
            if (JsonStructure.IsWhite(value) || value is (byte)'{' or (byte)'[' or (byte)'"' || (isElement && value is (byte)',' or (byte)']'))
            {
                return Broken(bytes, _at);
            }
        }

        return isFinal ? Broken(bytes, _at) : More(bytes, isFront);
    }

    /// <summary>The bytes end inside a value. One that is too long already loses what will not be kept.</summary>
    private Cut More(ReadOnlySpan<byte> bytes, bool isFront)
    {
        if (!isFront)
        {
            return default;
        }

        if (_isDiscarding)
        {
            return new Cut(0, 0, Math.Min(_at, bytes.Length - 1));
        }

        if (_start > 0)
        {
            return new Cut(_start, 0, 0);
        }

        if (_at <= _maxRecordSize + 1)
        {
            return default;
        }

        _isDiscarding = true;
        Header = JsonParts.Broken;
        return new Cut(0, _maxRecordSize + 1, _at - _maxRecordSize - 1);
    }

    /// <summary>The value at hand ends here, dead. White space at its end, and commas of the array, go with it, and are no part of it.</summary>
    private Cut? Broken(ReadOnlySpan<byte> bytes, int end)
    {
        if (_isDiscarding && end == 0)
        {
            (_at, _isDiscarding, _separator, _phase) = (0, false, JsonSeparator.MaybeComma, _after);
            return null;
        }

        int start = Math.Max(_start, 0);
        (_end, _header, _phase) = (Math.Max(end, start + 1), JsonParts.Broken, JsonCutPhase.Pending);
        bool isElement = _envelope is not null && !_isDocument;
        int kept = _end;
        while (kept > start + 1 && (JsonStructure.IsWhite(bytes[kept - 1]) || (isElement && bytes[kept - 1] == ',')))
        {
            kept--;
        }

        _trimmed = _end - kept;
        return null;
    }

    /// <summary>Cuts the value at the front, which shares its payload with no other.</summary>
    private Cut Alone()
    {
        int length = _end;
        int kept = _isDiscarding ? 0 : length > _maxRecordSize ? _maxRecordSize + 1 : length - _trimmed;
        Header = _header;
        (_at, _isDiscarding, _separator, _phase, _trimmed) = (_end, false, JsonSeparator.MaybeComma, _after, 0);
        return new Cut(0, kept, length - kept);
    }

    /// <summary>How many bytes of the line at the front are gone, where they were the value's and all white; -1 otherwise.</summary>
    private long WhiteBefore(int start) => start == 0 && _isLineWhite ? _lineBytes : -1;

    private void BeginValue(ReadOnlySpan<byte> bytes)
    {
        int line = bytes[.._at].LastIndexOf((byte)'\n') + 1;
        (_start, _column) = (_at, line == 0 ? _lineBytes + _at : _at - line);
    }

    private void SkipWhite(ReadOnlySpan<byte> bytes)
    {
        while (_at < bytes.Length && JsonStructure.IsWhite(bytes[_at]))
        {
            _at++;
        }
    }
}
