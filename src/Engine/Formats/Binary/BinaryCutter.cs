using System;

namespace DataStream.Formats.Binary;

/// <summary>Cuts records of one length. What is left at the end of a file is a record that is too short.</summary>
/// <remarks>There are no lines.</remarks>
internal sealed class BinaryCutter(int recordSize, int maxRecordSize) : RecordCutter
{
    private int _discard; // bytes of a record that is too long

    public override void Begin(string source)
    {
        Line = 0;
        _discard = 0;
    }

    public override Cut Cut(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength)
    {
        if (_discard > 0)
        {
            int discarded = Math.Min(_discard, bytes.Length);
            _discard -= discarded;
            return new Cut(0, 0, discarded);
        }

        int kept = Math.Min(recordSize, maxRecordSize + 1);
        int records = kept < recordSize ? Math.Min(1, bytes.Length / kept) : Math.Min(maxRecords, Math.Min(bytes.Length, maxLength) / recordSize);
        if (records == 0 && isFinal && !bytes.IsEmpty)
        {
            return new Cut(0, bytes.Length, 0);
        }

        _discard = records > 0 ? recordSize - kept : 0;
        return new Cut(0, records * kept, 0);
    }
}
