using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>A broker's message in a payload: where its parts lie in the payload's block, and its place and time in its partition.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Message
{
    /// <summary>The place of the message behind it; 0: it is the last one.</summary>
    public int Next;

    /// <summary>Where the value begins that is decoded; a format that reads lines has a line end behind it.</summary>
    public int ValueStart;

    public int ValueLength;

    public int KeyStart;

    /// <summary>−1: there is no key.</summary>
    public int KeyLength;

    /// <summary>Name and value one after the other, each behind its length in four bytes; a value without bytes at all has the length −1.</summary>
    public int HeadersStart;

    public int HeadersLength;

    /// <summary>The value as it came, where what is decoded is another one: line ends in it are spaces, or it is cut.</summary>
    public int OriginalStart;

    public int OriginalLength;

    /// <summary>Bytes that the value had, without a line end behind it.</summary>
    public int FullLength;

    /// <summary>Which topic it is from: an index in the run's list of sources.</summary>
    public int Source;

    /// <summary>Its partition there.</summary>
    public int Partition;

    public long Offset;

    /// <summary>Milliseconds since the Unix epoch; negative: the message has no time.</summary>
    public long Milliseconds;
}
