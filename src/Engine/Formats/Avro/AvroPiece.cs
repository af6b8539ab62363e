using System;
using System.Buffers.Binary;

namespace DataStream.Formats.Avro;

/// <summary>How records lie in a payload, so that one payload may hold many blocks and every record's offset in the file is known.</summary>
/// <remarks>
/// <code>
/// length │ records │ gap │ … │ length │ records │ gap │ … │ length │ records
///   4      length    4          4
///                    └── gap bytes ──┘
/// </code>
/// A gap is as long as what lies between the blocks' records in the file (a marker, a number of records, a size). What a payload holds and the number
/// of its schema are in <see cref="Batches.Payload.Header"/>.
/// </remarks>
internal static class AvroPiece
{
    /// <summary>The bytes of a length.</summary>
    public const int Head = 4;

    private const int KindBits = 3;

    public static int HeaderOf(int schema, AvroPieces kind) => (schema << KindBits) | (int)kind;

    public static int SchemaOf(int header) => header >> KindBits;

    public static AvroPieces KindOf(int header) => (AvroPieces)(header & ((1 << KindBits) - 1));

    /// <summary>The end of the records among which an offset lies; one that lies before records is moved to them.</summary>
    public static int Find(ReadOnlySpan<byte> payload, ref int offset)
    {
        int at = 0;
        while (true)
        {
            int start = at + Head;
            int end = start + BinaryPrimitives.ReadInt32LittleEndian(payload[at..]);
            if (offset < end || end == payload.Length)
            {
                offset = Math.Max(offset, start);
                return end;
            }

            at = end + BinaryPrimitives.ReadInt32LittleEndian(payload[end..]) - Head;
        }
    }
}
