using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;

namespace DataStream.Formats;

/// <summary>Adds to a decoder of values the columns that messages have besides. One per lane.</summary>
/// <param name="values">Decodes the values; it keeps records.</param>
/// <param name="columns">Those of <see cref="MessageColumns"/> that the plan uses.</param>
/// <param name="topics">The names of topics by payload source.</param>
public sealed class MessageDecoder(Decoder values, IReadOnlyList<Field> columns, SourceNames topics) : Decoder
{
    private const long NoTime = long.MinValue;

    private readonly (Field Field, byte[] Header)[] _columns = [.. columns.Select(c =>
        (c, c.Name.StartsWith(MessageColumns.Header, StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(c.Name[MessageColumns.Header.Length..]) : []))];

    private int[] _places = [];
    private Text[] _names = new Text[16]; // of sources, in the batch's arena, where offsets are negative; 0: not there yet
    private long _payload = -1;
    private int _place;

    public override int Decode(in Payload payload, int offset, Batch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int end = values.Decode(in payload, offset, batch);
        if (payload.FirstMessage > 0 && _columns.Length > 0)
        {
            FindMessages(in payload, offset, batch);
            foreach ((Field field, byte[] header) in _columns)
            {
                Fill(in payload, batch, field, header);
            }
        }

        return end;
    }

    /// <summary>The message of each row: rows come in the messages' order.</summary>
    private void FindMessages(in Payload payload, int offset, Batch batch)
    {
        if (_places.Length < batch.Count)
        {
            _places = new int[batch.Capacity];
        }

        if (offset == 0 || payload.Number != _payload)
        {
            (_payload, _place) = (payload.Number, payload.FirstMessage);
        }

        Span<Text> records = batch.Records;
        int place = _place;
        ref readonly Message message = ref PayloadMessages.At(in payload, place);
        for (int row = 0; row < records.Length; row++)
        {
            while (message.Next > 0 && records[row].Offset >= message.ValueStart + message.ValueLength)
            {
                place = message.Next;
                message = ref PayloadMessages.At(in payload, place);
            }

            _places[row] = place;
        }

        _place = place;
    }

    private void Fill(in Payload payload, Batch batch, Field field, byte[] header)
    {
        ReadOnlySpan<int> places = _places.AsSpan(0, batch.Count);
        switch (field.Name)
        {
            case "_topic":
                FillTopics(in payload, batch, field, places);
                break;
            case "_partition" or "_offset" or "_timestamp":
                FillLongs(in payload, batch, field, places);
                break;
            default:
                FillTexts(in payload, batch, field, header, places);
                break;
        }
    }

    private void FillTopics(in Payload payload, Batch batch, Field field, ReadOnlySpan<int> places)
    {
        Span<Text> column = batch.Whole<Text>(field.Ordinal);
        _names.AsSpan().Clear();
        for (int row = 0; row < places.Length; row++)
        {
            column[row] = NameOf(PayloadMessages.At(in payload, places[row]).Source, batch);
        }

        batch.WholeValidity(field.Ordinal).Fill(ulong.MaxValue);
    }

    /// <summary>Where the name of a message's topic stands: once per batch, however its messages alternate.</summary>
    private Text NameOf(int source, Batch batch)
    {
        if (source >= _names.Length)
        {
            Array.Resize(ref _names, Math.Max(source + 1, 2 * _names.Length));
        }

        ref Text name = ref _names[source];
        if (name.Offset == 0)
        {
            name = batch.Arena.Append(topics(source));
        }

        return name;
    }

    private static void FillLongs(in Payload payload, Batch batch, Field field, ReadOnlySpan<int> places)
    {
        bool isPartition = field.Name == "_partition";
        bool isOffset = field.Name == "_offset";
        Span<long> column = batch.Whole<long>(field.Ordinal);
        for (int row = 0; row < places.Length; row++)
        {
            ref readonly Message message = ref PayloadMessages.At(in payload, places[row]);
            long value = isPartition ? message.Partition : isOffset ? message.Offset : message.Milliseconds < 0 ? NoTime : message.Milliseconds * 1000;
            column[row] = value == NoTime ? 0 : value;
            SetValid(batch, field.Ordinal, row, value != NoTime);
        }
    }

    private static void FillTexts(in Payload payload, Batch batch, Field field, byte[] header, ReadOnlySpan<int> places)
    {
        Span<Text> column = batch.Whole<Text>(field.Ordinal);
        for (int row = 0; row < places.Length; row++)
        {
            ref readonly Message message = ref PayloadMessages.At(in payload, places[row]);
            Text value = new(message.KeyStart, Math.Max(0, message.KeyLength));
            bool isThere = message.KeyLength >= 0;
            if (header.Length > 0)
            {
                int at = MessageHeaders.Find(PayloadMessages.Part(in payload, message.HeadersStart, message.HeadersLength), header, out int length);
                isThere = at >= 0;
                value = new Text(message.HeadersStart + at, length);
            }

            column[row] = isThere ? value : default;
            SetValid(batch, field.Ordinal, row, isThere);
        }
    }

    private static void SetValid(Batch batch, int ordinal, int row, bool isThere)
    {
        if (isThere)
        {
            batch.SetValid(ordinal, row);
        }
        else
        {
            batch.SetNull(ordinal, row);
        }
    }
}
