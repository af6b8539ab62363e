using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Formats;
using Encoder = DataStream.Formats.Encoder;

namespace Samples.CustomFormat;

// <encoder>
/// <summary>Writes each number of a row as a gauge: the row's texts, joined with points, and the column's name make its name.</summary>
public sealed class StatsdEncoder(IReadOnlyList<Field> fields, string prefix) : Encoder
{
    private readonly Field[] _texts = [.. fields.Where(f => f.Type.Kind == ColumnKind.Text)];
    private readonly (Field Field, byte[] Name)[] _numbers = [.. fields.Where(f => f.Type.Kind is ColumnKind.Int64 or ColumnKind.Float64).Select(f => (f, Encoding.UTF8.GetBytes(f.Name + ":")))];
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(prefix);

    public override void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output)
    {
        foreach (int row in new Rows(rows))
        {
            output.BeginRow();
            foreach ((Field field, byte[] name) in _numbers)
            {
                if (!batch.IsNull(field.Ordinal, row))
                {
                    Write(batch, row, field, name, output);
                }
            }

            output.EndRow();
        }
    }

    private void Write(Batch batch, int row, Field field, byte[] name, OutputBuffer output)
    {
        output.Write(_prefix);
        foreach (Field text in _texts)
        {
            output.Write(batch.Bytes(batch.Whole<Text>(text.Ordinal)[row]));
            output.Write("."u8);
        }

        output.Write(name);
        double value = field.Type.Kind == ColumnKind.Float64 ? batch.Whole<double>(field.Ordinal)[row] : batch.Whole<long>(field.Ordinal)[row];
        value.TryFormat(output.Reserve(32), out int length, default, CultureInfo.InvariantCulture);
        output.Commit(length);
        output.Write("|g\n"u8);
    }
}
// </encoder>
