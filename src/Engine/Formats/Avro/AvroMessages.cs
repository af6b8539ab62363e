using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using DataStream.Flow;

namespace DataStream.Formats.Avro;

/// <summary>Finds the schema of each message: of the Confluent wire format (a zero byte, a number, a datum) by its number, of bare datums it is <c>schema_file</c>'s.</summary>
/// <remarks>A message is one datum and no byte more. One that is not is dead alone; the next one has its own beginning.</remarks>
internal sealed class AvroMessages(AvroReading reading, string source) : MessageCutter
{
    private const int Unknown = -1;
    private const int Unfit = -2; // records of this schema cannot become the plan's
    private const int Later = -3; // the registry has not answered yet
    private const int MostNumbers = 4096; // that are kept: messages can name any

    private readonly Dictionary<int, int> _schemas = []; // numbers of the registry to those of the reading
    private int _lastId = Unknown;
    private int _last;
    private int _bare = Unknown;

    public override MessageCut Take(ReadOnlySpan<byte> message)
    {
        if (message.Length > reading.Plan.MaxRecordSize)
        {
            return Dead(AvroPieces.TooLong);
        }

        int schema;
        if (reading.Options.Lookup is null)
        {
            schema = _bare >= 0 ? _bare : _bare = Bare(message[0]);
        }
        else if (message.Length < WireHead.Length || message[0] != 0)
        {
            return Dead(AvroPieces.Damaged);
        }
        else if ((schema = SchemaOf(BinaryPrimitives.ReadInt32BigEndian(message[1..]))) < 0)
        {
            return schema == Later ? new MessageCut(0, IsLater: true) : Dead(schema == Unfit ? AvroPieces.Damaged : AvroPieces.UnknownSchema);
        }

        AvroLayout layout = reading.Layout(schema);
        var cursor = new AvroCursor(message) { At = layout.Prefix };
        bool isSound = AvroWalk.TrySkip(layout.Schema.Steps, ref cursor, 0) && cursor.At == message.Length;
        return isSound ? new MessageCut(AvroPiece.HeaderOf(schema, AvroPieces.Records))
            : Dead(cursor.Fault == AvroFault.TooDeep ? AvroPieces.TooDeep : AvroPieces.Damaged);
    }

    private static MessageCut Dead(AvroPieces kind) => new(AvroPiece.HeaderOf(0, kind), IsAlone: true);

    private int SchemaOf(int id)
    {
        if (id == _lastId && _lastId != Unknown)
        {
            return _last;
        }

        if (!_schemas.TryGetValue(id, out int schema))
        {
            if (!reading.Options.Lookup!.IsReady(id, needsText: true))
            {
                return Later;
            }

            schema = Ask(id);
            if (schema >= 0 || _schemas.Count < MostNumbers)
            {
                _schemas.Add(id, schema);
            }
        }

        (_lastId, _last) = (id, schema);
        return schema;
    }

    /// <remarks>One producer's schema that does not fit must not end what the others' records go through.</remarks>
    private int Ask(int id)
    {
        try
        {
            return reading.Options.Lookup!.Find(id) is { } json ? reading.Add(json, WireHead.Length, source) : Unknown;
        }
        catch (AvroSchemaException)
        {
            return Unfit;
        }
    }

    private int Bare(byte first) => reading.Options.Schema is { } json
        ? reading.Register(json, 0, source)
        : throw new StopException(ExitCode.BadData, first == 0
            ? $"{source}: the messages look like the Confluent wire format, whose schemas are in a registry: name it in security_settings.schema_registry"
            : $"{source}: messages in Avro need a schema: name a registry in security_settings.schema_registry, or the file with their schema in 'schema_file'");
}
