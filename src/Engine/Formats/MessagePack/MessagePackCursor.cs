using System;
using System.Runtime.CompilerServices;
using DataStream.Kernels;

namespace DataStream.Formats.MessagePack;

/// <summary>Why a record's structure cannot be read.</summary>
internal enum MessagePackFault : byte
{
    None,

    /// <summary>A byte that begins no value, or an end inside of one.</summary>
    Malformed,
    TooDeep,
}

/// <summary>Walks over MessagePack values and checks their structure, without recursion and without making anything.</summary>
internal ref struct MessagePackCursor(ReadOnlySpan<byte> bytes, Span<long> open)
{
    /// <summary>The deepest level that is still data; the record's map is 1.</summary>
    public const int MaxDepth = 256;

    private readonly Span<long> _open = open; // values that the open containers still lack, by level

    public ReadOnlySpan<byte> Bytes { get; } = bytes;

    /// <summary>The byte that comes next.</summary>
    public int At;

    public MessagePackFault Fault;

    /// <summary>Goes over one scalar, or over the head of a container.</summary>
    /// <param name="children">How many values the container holds, a map's keys among them; 0 for a scalar.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool SkipToken(out long children)
    {
        long length = MessagePackTokens.Measure(Bytes[At..], out children);
        if (length <= 0 || length > Bytes.Length - At)
        {
            return Fail(MessagePackFault.Malformed);
        }

        At += (int)length;
        return true;
    }

    /// <summary>Goes over the value that begins here.</summary>
    /// <param name="depth">The level that a container has if one begins here.</param>
    public bool SkipValue(int depth)
    {
        int first = At;
        if (!SkipToken(out long children))
        {
            return false;
        }

        if (children == 0 && !IsContainer(Bytes[first]))
        {
            return true;
        }

        return SkipContents(children, depth, first);
    }

    public bool Fail(MessagePackFault fault)
    {
        Fault = fault;
        return false;
    }

    private static bool IsContainer(byte token) => (token & 0xE0) == 0x80 || token >= MessagePackTokens.Array16 && token <= MessagePackTokens.Map32;

    /// <summary>Behind a container's head: goes over all that is in it.</summary>
    private bool SkipContents(long children, int depth, int first)
    {
        int level = 0;
        while (true)
        {
            if (depth + level > MaxDepth)
            {
                At = first;
                return Fail(MessagePackFault.TooDeep);
            }

            if (children > 0)
            {
                _open[level++] = children;
            }

            // Values up to the next container; those that end close what is full.
            do
            {
                while (level > 0 && _open[level - 1] == 0)
                {
                    level--;
                }

                if (level == 0)
                {
                    return true;
                }

                _open[level - 1]--;
                first = At;
                if (!SkipToken(out children))
                {
                    return false;
                }
            }
            while (!IsContainer(Bytes[first]));
        }
    }
}
