using System;
using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Formats;

namespace DataStream.Runtime;

/// <summary>What a <c>memory:</c> output is written in: structs of the embedding program.</summary>
internal sealed class StructFormat<T>(EgressPort port) : Format where T : unmanaged
{
    private readonly IReadOnlyList<StructField> _fields = StructField.Of<T>(isInput: false);

    public override string Name => $"struct {typeof(T).Name}";

    public override bool CanRead => false;

    public override FormatReading CreateReading(DecodePlan plan) => throw new InvalidOperationException($"'{Name}' is for output");

    public override Encoder CreateEncoder(IReadOnlyList<Field> fields) => new StructEncoder<T>(_fields, fields, port);
}
