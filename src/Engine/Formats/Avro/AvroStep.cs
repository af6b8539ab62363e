using System.Collections.Generic;

namespace DataStream.Formats.Avro;

/// <summary>A step over one or several neighbouring values.</summary>
internal readonly record struct AvroStep(AvroStepKind Kind, int Length, AvroSchema Schema)
{
    /// <summary>The steps over a record; neighbours of fixed lengths are one step.</summary>
    public static AvroStep[] Of(IReadOnlyList<AvroField> fields)
    {
        var steps = new List<AvroStep>();
        foreach (AvroField field in fields)
        {
            AvroStep step = Of(field.Schema);
            if (step.Kind != AvroStepKind.Bytes)
            {
                steps.Add(step);
            }
            else if (step.Length > 0)
            {
                bool joins = steps.Count > 0 && steps[^1].Kind == AvroStepKind.Bytes && steps[^1].Length + (long)step.Length <= int.MaxValue;
                if (joins)
                {
                    steps[^1] = steps[^1] with { Length = steps[^1].Length + step.Length };
                }
                else
                {
                    steps.Add(step);
                }
            }
        }

        return [.. steps];
    }

    /// <summary>The step over one value.</summary>
    public static AvroStep Of(AvroSchema schema) => schema.Kind switch
    {
        AvroKind.Boolean => new AvroStep(AvroStepKind.Value, 0, schema), // 0 or 1, which is checked
        _ when schema.Length >= 0 => new AvroStep(AvroStepKind.Bytes, (int)schema.Length, schema),
        AvroKind.Long => new AvroStep(AvroStepKind.Long, 0, schema),
        AvroKind.Int => new AvroStep(AvroStepKind.Int, 0, schema),
        AvroKind.Union when schema.Branches.Length == 2 && System.Array.FindIndex(schema.Branches, branch => branch.Kind == AvroKind.Null) is >= 0 and int none =>
            new AvroStep(AvroStepKind.Optional, 2 * none, schema),
        AvroKind.Bytes or AvroKind.String => new AvroStep(AvroStepKind.Text, 0, schema),
        _ => new AvroStep(AvroStepKind.Value, 0, schema),
    };
}
