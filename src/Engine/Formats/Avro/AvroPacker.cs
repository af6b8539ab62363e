using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Kernels;
using K = DataStream.Kernels.PackedStepKind;

namespace DataStream.Formats.Avro;

/// <summary>Makes steps for <see cref="PackedRecords"/> of what is to be done with a record. Cold, once for each schema met.</summary>
/// <remarks>Records within records are unrolled; what has no fixed number of values (lists, maps, unions of many) is left to the kernel's caller.</remarks>
internal sealed class AvroPacker
{
    private const int MaxUnrolled = 1024; // steps, beyond which records are no longer unrolled: they may hold themselves
    private const int MaxDepth = 16;

    private readonly List<PackedStep> _steps = [];
    private readonly List<AvroOp> _others = [];
    private int _target; // the last step that others lead to: nothing joins what is before it

    private AvroPacker()
    {
    }

    /// <summary>The steps that read what a plan wants.</summary>
    /// <param name="ops">What is to be done.</param>
    /// <param name="prefix">Bytes before the record.</param>
    /// <param name="plan">The plan.</param>
    public static AvroPacked Of(AvroOp[] ops, int prefix, DecodePlan plan)
    {
        var packer = new AvroPacker();
        packer.AddBytes(prefix);
        packer.Add(ops, plan);
        return packer.Packed();
    }

    /// <summary>The steps over a record.</summary>
    public static AvroPacked Of(AvroStep[] steps)
    {
        var packer = new AvroPacker();
        packer.Add(steps, 0);
        return packer.Packed();
    }

    private AvroPacked Packed()
    {
        Add(K.End);
        return new AvroPacked([.. _steps], [.. _others]);
    }

    private void Add(ReadOnlySpan<AvroOp> ops, DecodePlan plan)
    {
        for (int i = 0; i < ops.Length; i++)
        {
            if (ops[i].Kind == AvroOpKind.Optional)
            {
                AddOptional(ops[i], ops.Slice(i + 1, ops[i].Length), plan);
                i += ops[i].Length;
            }
            else
            {
                Add(ops[i], plan);
            }
        }
    }

    private void AddOptional(in AvroOp op, ReadOnlySpan<AvroOp> some, DecodePlan plan)
    {
        ReadOnlySpan<AvroOp> none = op.Inner[0];
        int place = _steps.Count;
        Add(K.Optional);
        Add(some, plan);
        PackedStep step = new(K.Optional) { Null = op.Null, Some = op.Other, Length = _steps.Count - place - 1 };
        if (none.Length == 1 && NullOf(none[0], plan) is { Kind: K.Null } column)
        {
            step = step with { Kind = K.OptionalColumn, Target = column.Target };
        }
        else if (none.Length > 0)
        {
            int jump = _steps.Count;
            Add(K.Jump);
            step = step with { Length = step.Length + 1 };
            _target = _steps.Count;
            Add(none, plan);
            _steps[jump] = new PackedStep(K.Jump) { Length = _steps.Count - jump - 1 };
        }

        _steps[place] = step;
        _target = _steps.Count;
    }

    private void Add(in AvroOp op, DecodePlan plan)
    {
        if (op.IsRepeated)
        {
            AddOther(op);
            return;
        }

        switch (op.Kind)
        {
            case AvroOpKind.SkipBytes:
                AddBytes(op.Length);
                return;
            case AvroOpKind.SkipOptional or AvroOpKind.SkipValue:
                Add(AvroStep.Of(op.Schema!), 0);
                return;
            case AvroOpKind.Null when NullOf(op, plan) is { } none:
                _steps.Add(none);
                return;
        }

        K kind = op.Kind switch
        {
            AvroOpKind.SkipLong => K.Long,
            AvroOpKind.SkipText => K.Text,
            AvroOpKind.Int64 => K.ReadInt64,
            AvroOpKind.Float64OfLong => K.ReadFloat64OfInt64,
            AvroOpKind.Float64OfFloat => K.ReadFloat64OfFloat32,
            AvroOpKind.Float64OfDouble => K.ReadFloat64,
            AvroOpKind.Bool => K.ReadFlag,
            AvroOpKind.Text => K.ReadText,
            AvroOpKind.Time => op.Schema!.Logical switch
            {
                AvroLogical.TimestampMillis => K.ReadMilliseconds,
                AvroLogical.TimestampMicros => K.ReadMicroseconds,
                AvroLogical.Date => K.ReadDays,
                _ => K.Other,
            },
            _ => K.Other,
        };
        if (kind == K.Other)
        {
            AddOther(op);
        }
        else
        {
            Add(kind, target: op.Place);
        }
    }

    private void Add(ReadOnlySpan<AvroStep> steps, int depth)
    {
        foreach (AvroStep step in steps)
        {
            Add(step, depth);
        }
    }

    private void Add(in AvroStep step, int depth)
    {
        switch (step.Kind)
        {
            case AvroStepKind.Bytes:
                AddBytes(step.Length);
                break;
            case AvroStepKind.Long:
                Add(K.Long);
                break;
            case AvroStepKind.Int:
                Add(K.Int);
                break;
            case AvroStepKind.Text:
                Add(K.Text);
                break;
            case AvroStepKind.Optional:
                int place = _steps.Count;
                Add(K.Optional);
                Add(AvroStep.Of(step.Schema.Branches[1 - (step.Length / 2)]), depth + 1);
                _steps[place] = new PackedStep(K.Optional) { Null = (byte)step.Length, Some = (byte)(2 - step.Length), Length = _steps.Count - place - 1 };
                _target = _steps.Count;
                break;
            case AvroStepKind.Value when step.Schema.Kind == AvroKind.Boolean:
                Add(K.Flag);
                break;
            case AvroStepKind.Value when step.Schema.Kind == AvroKind.Enum:
                Add(K.Below, step.Schema.SymbolTexts.Length);
                break;
            case AvroStepKind.Value when step.Schema.Kind == AvroKind.Record && depth < MaxDepth && _steps.Count < MaxUnrolled:
                Add(step.Schema.Steps, depth + 1);
                break;
            default:
                AddOther(new AvroOp { Kind = AvroOpKind.SkipValue, Schema = step.Schema, Length = depth + 1 });
                break;
        }
    }

    /// <summary>How a column that may be null becomes so; null where it may not.</summary>
    private static PackedStep? NullOf(in AvroOp op, DecodePlan plan)
    {
        DecodeField field = plan.Fields[op.Place];
        K kind = field.Type.Kind == ColumnKind.Bool ? K.NullFlag : K.Null;
        return op.Kind == AvroOpKind.Null && field.Nullable ? new PackedStep(kind) { Target = op.Place } : null;
    }

    private void AddBytes(int length)
    {
        bool joins = _steps.Count > _target && _steps[^1].Kind == K.Bytes && _steps[^1].Length + (long)length <= int.MaxValue;
        if (joins)
        {
            _steps[^1] = _steps[^1] with { Length = _steps[^1].Length + length };
        }
        else if (length > 0)
        {
            Add(K.Bytes, length);
        }
    }

    private void AddOther(in AvroOp op)
    {
        Add(K.Other, target: _others.Count);
        _others.Add(op);
    }

    private void Add(K kind, int length = 0, int target = 0) => _steps.Add(new PackedStep(kind) { Length = length, Target = target });
}
