using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Kernels;

namespace DataStream.Formats.Json;

/// <summary>A field that the plan needs: its column, and where its values stand.</summary>
internal sealed class JsonField
{
    private readonly List<PathNode<JsonKeys>> _places = [];
    private readonly byte[][] _nullWords;

    public JsonField(DecodeField field, PathNode<JsonKeys> root)
    {
        Ordinal = field.Ordinal;
        Type = field.Type;
        IsNullable = field.Nullable;
        _nullWords = [.. field.NullValues.Select(Encoding.UTF8.GetBytes)];
        Time = field.Type.Kind == ColumnKind.Timestamp ? new TimestampParser(field.TimeFormats, field.TimeZone) : null;
        foreach (IReadOnlyList<JsonStep> steps in StepsOf(field))
        {
            PathNode<JsonKeys> place = root.Add(steps);
            place.Want();
            _places.Add(place);
        }
    }

    public int Ordinal { get; }

    public ColumnType Type { get; }

    public bool IsNullable { get; }

    public TimestampParser? Time { get; }

    /// <summary>What values mostly are that are read many at once; <see cref="JsonKind.Missing"/>: these are read one by one.</summary>
    public JsonKind Usual { get; private set; }

    /// <summary>All values of the run that is now read are in their column.</summary>
    public bool IsStored { get; set; }

    public int Slot { get; private set; }

    public int[] Slots { get; private set; } = [];

    public void Bind()
    {
        Slots = [.. _places.Select(p => p.Slot)];
        Slot = Slots[0];
        Usual = Slots.Length > 1 ? JsonKind.Missing : Type.Kind switch
        {
            ColumnKind.Text when !HasNullWords => JsonKind.Text,
            ColumnKind.Timestamp when Time!.IsPlain && !HasNullWords => JsonKind.Text,
            ColumnKind.Int64 or ColumnKind.Float64 => JsonKind.Number,
            _ => JsonKind.Missing,
        };
    }

    public bool HasNullWords => _nullWords.Length > 0;

    public bool IsNullWord(ReadOnlySpan<byte> text)
    {
        foreach (byte[] word in _nullWords)
        {
            if (text.SequenceEqual(word))
            {
                return true;
            }
        }

        return false;
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
