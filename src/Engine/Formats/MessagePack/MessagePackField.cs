using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Formats.Json;

namespace DataStream.Formats.MessagePack;

/// <summary>A field that the plan needs, with the places that it is read from.</summary>
internal sealed class MessagePackField
{
    private readonly List<PathNode<MessagePackKeys>> _places = [];

    public MessagePackField(DecodeField field, PathNode<MessagePackKeys> root)
    {
        Ordinal = field.Ordinal;
        Type = field.Type;
        IsNullable = field.Nullable;
        Time = field.Type.Kind == ColumnKind.Timestamp ? new TimestampParser(field.TimeFormats, field.TimeZone) : null;
        foreach (IReadOnlyList<JsonStep> steps in StepsOf(field))
        {
            PathNode<MessagePackKeys> place = root.Add(steps);
            place.Want();
            _places.Add(place);
        }
    }

    public int Ordinal { get; }

    public ColumnType Type { get; }

    public bool IsNullable { get; }

    /// <summary>Reads texts and numbers of a timestamp; null of other types.</summary>
    public TimestampParser? Time { get; }

    /// <summary>The slot of the first place.</summary>
    public int Slot { get; private set; }

    /// <summary>Several of a timestamp that is joined.</summary>
    public int[] Slots { get; private set; } = [];

    /// <summary>Takes the slots' numbers over once the tree is complete.</summary>
    public void Bind()
    {
        Slots = [.. _places.Select(p => p.Slot)];
        Slot = Slots[0];
    }

    private static IEnumerable<IReadOnlyList<JsonStep>> StepsOf(DecodeField field)
    {
        if (field.Path is null)
        {
            return field.Sources.Select(source => (IReadOnlyList<JsonStep>)[new JsonStep(source, -1)]);
        }

        return JsonPath.TryParse(field.Path, out IReadOnlyList<JsonStep> steps, out string? error)
            ? [steps]
            : throw new ArgumentException(error, nameof(field));
    }
}
