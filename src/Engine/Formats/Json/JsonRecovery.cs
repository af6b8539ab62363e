using System;

namespace DataStream.Formats.Json;

/// <summary>The way on behind a fault: where a broken value ends at the latest.</summary>
/// <remarks>
/// It ends where its brackets are even, or before a line that begins with a bracket and is not indented further than the value itself: there the next one begins. In an array
/// it also ends before the bracket that closes that. No string goes beyond its line. Goes on with more bytes where it stopped.
/// </remarks>
internal sealed class JsonRecovery
{
    private JsonStructure _structure = null!;
    private long _column;
    private bool _isElement;
    private bool _inString;
    private bool _isIndent;
    private long _indent;

    /// <summary>A fault was met.</summary>
    /// <param name="structure">With the brackets that are open.</param>
    /// <param name="bytes">With the value's first byte at <paramref name="start"/>, and the fault at <paramref name="at"/>.</param>
    /// <param name="whiteBefore">How many bytes of the line at <paramref name="start"/> are gone already, where a line of the value begins with them and they are white; -1 otherwise.</param>
    /// <param name="column">How many bytes of its line stand before the value.</param>
    /// <param name="isElement">The value stands in an array.</param>
    public void Begin(JsonStructure structure, ReadOnlySpan<byte> bytes, int start, int at, long whiteBefore, long column, bool isElement)
    {
        (_structure, _column, _isElement, _inString) = (structure, column, isElement, false);

        // The line of the fault, where nothing but white space stands before that.
        int line = bytes[start..at].LastIndexOf((byte)'\n') + 1;
        _isIndent = (line > 0 || whiteBefore >= 0) && bytes[(start + line)..at].IndexOfAnyExcept((byte)' ', (byte)'\t', (byte)'\r') < 0;
        _indent = at - start - line + (line > 0 ? 0 : whiteBefore);
    }

    /// <summary>Goes on; true when the end was found, which is the position then.</summary>
    public bool TryEnd(ReadOnlySpan<byte> bytes, ref int at)
    {
        for (; at < bytes.Length; at++)
        {
            byte value = bytes[at];
            if (value == '\n')
            {
                (_inString, _isIndent, _indent) = (false, true, 0);
                continue;
            }

            if (_isIndent)
            {
                if (value is (byte)' ' or (byte)'\t' or (byte)'\r' || (_isElement && value == ','))
                {
                    _indent++;
                    continue;
                }

                _isIndent = false;
                if (value is (byte)'{' or (byte)'[' && _indent <= _column)
                {
                    return true;
                }
            }

            if (_inString)
            {
                if (value == '\\')
                {
                    if (at + 1 == bytes.Length)
                    {
                        return false; // what it escapes is yet to come
                    }

                    at += bytes[at + 1] == '\n' ? 0 : 1;
                }

                _inString = value != '"';
                continue;
            }

            switch (value)
            {
                case (byte)'"':
                    _inString = true;
                    break;
                case (byte)'{' or (byte)'[':
                    _structure.Push(value == '{');
                    break;
                case (byte)'}' or (byte)']':
                    if (!_structure.Unwind(value == '}') && _isElement && value == ']')
                    {
                        return true;
                    }

                    if (_structure.Depth == 0)
                    {
                        at++;
                        return true;
                    }

                    break;
                default:
                    break;
            }
        }

        return false;
    }
}
