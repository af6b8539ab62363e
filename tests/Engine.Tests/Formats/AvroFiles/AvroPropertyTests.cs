using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json;
using Avro.Generic;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Formats.Avro;
using Xunit;

namespace DataStream.Tests.Formats.AvroFiles;

/// <summary>Random schemas and values against Apache's implementation.</summary>
public sealed class AvroPropertyTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 120)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_value_is_the_text_that_it_is(int seed)
    {
        var random = new Random(seed);
        var schemas = new RandomSchema(random);
        string json = schemas.Record(3, random.Next(1, 6));
        var schema = (Avro.RecordSchema)Avro.Schema.Parse(json);
        GenericRecord[] records = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => (GenericRecord)schemas.Value(schema))];
        if (records.All(record => ApacheFile.Datum(schema, record).Length == 0))
        {
            return; // records without bytes cannot be told apart, and are refused
        }

        byte[] file = ApacheFile.Write(schema, records, random.Next(2) == 0 ? "null" : "deflate", random);
        DecodeField[] fields = [.. schema.Fields.Select((f, i) => new DecodeField(f.Name, ColumnType.Text, i))];
        using AvroRig rig = Rig(new AvroOptions(), fields, random);
        string[] rows = rig.Convert(file).Split('\n')[..^1];
        Assert.True(rig.Dead.Count == 0 && rows.Length == records.Length, $"seed {seed}: {rows.Length} of {records.Length}, {string.Join(' ', rig.Dead.Take(3))}\n{json}");
        for (int i = 0; i < rows.Length; i++)
        {
            using JsonDocument row = JsonDocument.Parse(rows[i]);
            foreach (Avro.Field field in schema.Fields)
            {
                object? value = records[i].GetValue(field.Pos);
                string? expected = RandomSchema.IsNull(value) ? null : RandomSchema.Text(value);
                Assert.True(expected == row.RootElement.GetProperty(field.Name).GetString(), $"seed {seed}, record {i}, {field.Name}: {rows[i]}, not {expected}\n{json}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Some_columns_of_their_own_types_hold_what_was_written(int seed)
    {
        var random = new Random(-seed);
        var schemas = new RandomSchema(random);
        string json = schemas.Record(2, random.Next(1, 12));
        var schema = (Avro.RecordSchema)Avro.Schema.Parse(json);
        AvroField[] own = AvroSchemaParser.Parse(Encoding.UTF8.GetBytes(json)).Fields;
        GenericRecord[] records = [.. Enumerable.Range(0, random.Next(1, 300)).Select(_ => (GenericRecord)schemas.Value(schema))];
        if (records.All(record => ApacheFile.Datum(schema, record).Length == 0))
        {
            return;
        }

        int[] wanted = [.. Enumerable.Range(0, own.Length).Where(i => i == 0 || random.Next(3) > 0)];
        DecodeField[] fields = [.. wanted.Select((place, i) => new DecodeField(own[place].Name!, AvroConversion.TypeOf(own[place].Schema), i))];
        using AvroRig rig = Rig(new AvroOptions(), fields, random);
        string[] rows = rig.Convert(ApacheFile.Write(schema, records, "null", random)).Split('\n')[..^1];
        Assert.True(rig.Dead.Count == 0 && rows.Length == records.Length, $"seed {seed}: {rows.Length} of {records.Length}, {string.Join(' ', rig.Dead.Take(3))}\n{json}");
        for (int i = 0; i < rows.Length; i++)
        {
            using JsonDocument row = JsonDocument.Parse(rows[i]);
            foreach (DecodeField field in fields)
            {
                object? value = records[i].GetValue(wanted[field.Ordinal]);
                JsonElement actual = row.RootElement.GetProperty(field.Name);
                bool isNumber = field.Type.Kind == ColumnKind.Float64 && value is not null;
                double number = isNumber ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : 0;
                bool isRight = RandomSchema.IsNull(value) ? actual.ValueKind == JsonValueKind.Null
                    : isNumber ? actual.GetDouble().Equals(number)
                    : field.Type.Kind == ColumnKind.Text ? actual.GetString() == RandomSchema.Text(value) : actual.GetRawText() == RandomSchema.Json(value);
                Assert.True(isRight, $"seed {seed}, record {i}, {field.Name}: {rows[i]}, not {value}\n{json}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Bare_datums_are_read_as_those_of_a_container(int seed)
    {
        var random = new Random(seed);
        var schemas = new RandomSchema(random);
        string json = schemas.Record(2, random.Next(1, 6));
        Avro.Schema schema = Avro.Schema.Parse(json);
        object[] records = [.. Enumerable.Range(0, random.Next(1, 60)).Select(_ => schemas.Value(schema))];
        byte[] file = [.. records.SelectMany(record => ApacheFile.Datum(schema, record))];
        if (file.Length == 0)
        {
            return;
        }

        DecodeField[] fields = [new DecodeField("f0", ColumnType.Text, 0)];
        using AvroRig bare = Rig(new AvroOptions { Schema = Encoding.UTF8.GetBytes(json) }, fields, random);
        using AvroRig contained = Rig(new AvroOptions(), fields, random);
        string expected = contained.Convert(ApacheFile.Write(schema, records, "null", random));
        Assert.True(expected == bare.Convert(file), $"seed {seed}\n{json}");
        Assert.Empty(bare.Dead);
    }

    [Fact]
    public void Neither_reads_nor_payloads_matter()
    {
        for (int seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            var schemas = new RandomSchema(random);
            Avro.Schema schema = Avro.Schema.Parse(schemas.Record(2, 4));
            byte[] file = ApacheFile.Write(schema, Enumerable.Range(0, 80).Select(_ => schemas.Value(schema)), "null", random);

            // Damage makes dead records, whose offsets and bytes must not depend on reads either.
            for (int i = random.Next(3); i > 0; i--)
            {
                file[random.Next(file.Length / 2, file.Length)] ^= (byte)(1 << random.Next(8));
            }

            string? expected = null;
            foreach (int variant in Enumerable.Range(0, 6))
            {
                using AvroRig rig = Rig(new AvroOptions(), [new DecodeField("f0", ColumnType.Text, 0)], new Random(variant), maxRecordSize: 64);
                string actual = rig.Convert(file) + string.Join('\n', rig.Dead);
                expected ??= actual;
                Assert.True(expected == actual, $"seed {seed}, variant {variant}:\n{expected}\n---\n{actual}");
            }
        }
    }

    private static AvroRig Rig(AvroOptions options, IReadOnlyList<DecodeField> fields, Random random, int maxRecordSize = 4096)
    {
        int most = random.Next(3) switch { 0 => 7, 1 => 300, _ => 8192 };
        return new AvroRig(options, fields)
        {
            MaxRecordSize = maxRecordSize,
            PayloadSize = maxRecordSize << random.Next(4),
            Rows = 64 << random.Next(2),
            MaxRecords = random.Next(2) == 0 ? 256 : 1 + random.Next(20),
            Read = () => random.Next(1, most),
        };
    }
}
