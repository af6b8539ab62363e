using System;
using System.Buffers.Binary;
using System.Collections.Generic;

namespace DataStream.Formats.Avro;

/// <summary>Finds datums without a container: one behind the other, or as messages of the Confluent wire format, each behind a zero byte and the number of its schema.</summary>
internal sealed class AvroDatums(AvroReading reading)
{

    private readonly Dictionary<int, int> _messages = []; // numbers of the registry to those of the reading; −1: unknown
    private bool _areMessages;
    private string _source = "";

    /// <summary>How many were found, all of one schema.</summary>
    public long Count { get; private set; }

    /// <summary>Their bytes.</summary>
    public int Length { get; private set; }

    /// <summary>There is one, and it is longer than a record may be.</summary>
    public bool IsLong { get; private set; }

    public int Schema { get; private set; }

    /// <summary>Where none was found: the bytes that there must be; 0 where more do not help.</summary>
    public long Needed { get; private set; }

    /// <summary>Where none was found: why.</summary>
    public AvroPieces Kind { get; private set; }

    public void BeginBare(int schema) => (_areMessages, Schema) = (false, schema);

    public void BeginMessages(string source) => (_areMessages, _source) = (true, source);

    public void Take(ReadOnlySpan<byte> data, int maxRecords, int maxLength)
    {
        int maxRecordSize = reading.Plan.MaxRecordSize;
        var cursor = new AvroCursor(data);
        int schema = Schema;
        (Count, Length, IsLong, Needed, Kind) = (0, 0, false, 0, AvroPieces.Damaged);
        if (!_areMessages && !data.IsEmpty)
        {
            int longest = 0;
            Count = AvroRun.Skip(data, Math.Min(data.Length, maxLength), reading.Layout(schema), maxRecords, maxRecordSize, ref cursor.At, ref longest);
            Length = cursor.At;
        }

        while (Count < maxRecords && Length < data.Length && !IsLong)
        {
            bool isSound = (!_areMessages || TryHead(ref cursor, out schema)) && (Count == 0 || schema == Schema)
                && AvroWalk.TrySkip(reading.Layout(schema).Schema.Steps, ref cursor, 0);
            bool isLong = cursor.At - Length > maxRecordSize;
            if (!isSound || (Count > 0 && (isLong || cursor.At > maxLength)))
            {
                break;
            }

            (Schema, IsLong, Length) = (schema, isLong, cursor.At);
            Count++;
        }

        Needed = cursor.Fault == AvroFault.Short ? Math.Max(cursor.Needed, data.Length + 1L) : 0;
        Kind = cursor.Fault == AvroFault.TooDeep ? AvroPieces.TooDeep : Kind;
    }

    private bool TryHead(ref AvroCursor cursor, out int schema)
    {
        schema = -1;
        int start = cursor.At;
        if (!cursor.TrySkip(WireHead.Length))
        {
            return false;
        }

        if (cursor.Bytes[start] != 0)
        {
            return cursor.Fail();
        }

        int id = BinaryPrimitives.ReadInt32BigEndian(cursor.Bytes[(start + 1)..]);
        if (!_messages.TryGetValue(id, out schema))
        {
            schema = reading.Options.Lookup!.Find(id) is { } json ? reading.Register(json, WireHead.Length, _source) : -1;
            _messages.Add(id, schema);
        }

        Kind = schema < 0 ? AvroPieces.UnknownSchema : Kind;
        return schema >= 0 || cursor.Fail();
    }
}
