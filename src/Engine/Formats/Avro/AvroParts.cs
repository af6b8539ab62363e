using System;
using System.Buffers.Binary;

namespace DataStream.Formats.Avro;

/// <summary>What a cutter has ready for the next payload: records of one schema, or one thing that cannot be read.</summary>
internal sealed class AvroParts(Action<long> charge) : IDisposable
{
    // A longer gap would waste a payload; a shorter one has no room for two lengths.
    private const int MaxGap = 256;
    private const int MinGap = 2 * AvroPiece.Head;

    private readonly AvroBuffer _bytes = new(charge);
    private int _schema;
    private AvroPieces _kind;

    public bool IsEmpty => _bytes.Length == 0;

    public ReadOnlySpan<byte> Bytes => _bytes.Bytes;

    public int Header => AvroPiece.HeaderOf(_schema, _kind);

    /// <summary>Where the first byte lies in the file.</summary>
    public long Offset { get; private set; }

    public long Records { get; private set; }

    public void Clear()
    {
        _bytes.Clear();
        Records = 0;
    }

    public void Dispose() => _bytes.Dispose();

    /// <summary>Adds a whole block's records; false when there is no room.</summary>
    public bool TryAddBlock(ReadOnlySpan<byte> records, long count, int schema, long offset, long maxRecords, int maxLength)
    {
        long gap = offset - (Offset + _bytes.Length);
        bool isFirst = IsEmpty;
        bool fits = isFirst
            ? AvroPiece.Head + (long)records.Length <= maxLength
            : _kind == AvroPieces.Blocks && _schema == schema && gap is >= MinGap and <= MaxGap && _bytes.Length + gap + records.Length <= maxLength;
        if (!fits || Records + count > maxRecords)
        {
            return false;
        }

        if (isFirst)
        {
            (_schema, _kind, Offset) = (schema, AvroPieces.Blocks, offset - AvroPiece.Head);
            gap = AvroPiece.Head;
        }

        Span<byte> between = _bytes.Reserve((int)gap)[..(int)gap];
        between.Clear();
        if (!isFirst)
        {
            BinaryPrimitives.WriteInt32LittleEndian(between, (int)gap);
        }

        BinaryPrimitives.WriteInt32LittleEndian(between[^AvroPiece.Head..], records.Length);
        _bytes.Commit((int)gap);
        _bytes.Add(records);
        Records += count;
        return true;
    }

    /// <summary>Records of one stretch of the file, or the beginning of what cannot be read. There is nothing else.</summary>
    public void Set(ReadOnlySpan<byte> bytes, long count, int schema, AvroPieces kind, long offset)
    {
        Clear();
        (_schema, _kind, Offset, Records) = (schema, kind, offset, count);
        _bytes.Add(bytes);
    }
}
