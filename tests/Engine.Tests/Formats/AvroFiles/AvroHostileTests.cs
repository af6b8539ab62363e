using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Avro.Generic;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Formats.Avro;
using Xunit;

namespace DataStream.Tests.Formats.AvroFiles;

/// <summary>Bytes that nobody meant: they end in dead events or a message, in little memory and time.</summary>
public sealed class AvroHostileTests
{
    private static readonly DecodeField[] s_fields = [new("a", ColumnType.Int64, 0), new("s", ColumnType.Text, 1), new("l", ColumnType.Text, 2)];

    private const string Fields = "{\"name\":\"a\",\"type\":\"long\"},{\"name\":\"s\",\"type\":[\"null\",\"string\"]},{\"name\":\"l\",\"type\":{\"type\":\"array\",\"items\":\"int\"}}";

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    public void A_file_cut_anywhere_gives_its_whole_blocks_and_one_dead_event(string codec)
    {
        (byte[] file, int header) = Sample(codec, 40);
        for (int length = 0; length < file.Length; length++)
        {
            using var rig = new AvroRig(new AvroOptions(), s_fields);
            if (length > 0 && length < header)
            {
                Assert.Equal(ExitCode.BadData, Assert.Throws<StopException>(() => rig.Convert(file[..length])).Code);
                continue;
            }

            string rows = rig.Convert(file[..length]);
            Assert.True(rig.Dead.Count <= 1 && rig.Dead.All(dead => dead.StartsWith("bad_avro ", StringComparison.Ordinal)), $"{length}: {string.Join('\n', rig.Dead)}");
            using var whole = new AvroRig(new AvroOptions(), s_fields);
            Assert.StartsWith(rows, whole.Convert(file), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    [InlineData("zstandard")]
    [InlineData("snappy")]
    public void A_damaged_block_is_one_dead_event_and_reading_goes_on(string codec)
    {
        byte[] file = Blocks(codec, 3, 100);
        (byte[] marker, List<int> ends) = Ends(file);
        Assert.Equal(4, ends.Count);
        using var whole = new AvroRig(new AvroOptions(), s_fields) { PayloadSize = 1 << 16, MaxRecords = 10_000 };
        string[] expected = whole.Convert(file).Split('\n');
        var random = new Random(11);
        for (int round = 0; round < 200; round++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(ends[1], ends[2])] ^= (byte)(1 << random.Next(8));
            using var rig = new AvroRig(new AvroOptions(), s_fields);
            string[] rows = rig.Convert(damaged).Split('\n');
            Assert.True(rig.Dead.Count <= 1, $"round {round}: {string.Join('\n', rig.Dead)}");

            // A flipped bit may make another value; a dead block leaves the first and the last one (a broken marker takes the last one along).
            Assert.True(rig.Dead.Count == 0 ? rows.Length == expected.Length : rows.Length is 101 or 201, $"round {round}: {rows.Length} rows");
            Assert.Equal(expected[..100], rows[..100]);
        }

        Assert.True(marker.Length == 16);
    }

    [Fact]
    public void Any_bytes_end_soon_and_in_little_memory()
    {
        (byte[] plain, _) = Sample("null", 60);
        (byte[] deflated, _) = Sample("deflate", 60);
        byte[][] seeds = [plain, deflated, Blocks("zstandard", 2, 50), Blocks("snappy", 2, 50)];
        for (int seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            byte[] file = Mutate(seeds[random.Next(seeds.Length)], random);
            using var rig = new AvroRig(new AvroOptions(), s_fields) { Read = () => random.Next(1, 5000), MaxRecordSize = 256, PayloadSize = 4096 };
            try
            {
                rig.Convert(file);
            }
            catch (StopException stop) when (stop.Code == ExitCode.BadData)
            {
            }
            catch (Exception other)
            {
                Assert.Fail($"seed {seed}: {other}");
            }

            Assert.True(rig.Charged < 4 << 20, $"seed {seed}: {rig.Charged} bytes");
        }
    }

    [Theory]
    [InlineData(new byte[] { 2, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1 })] // an array of 2^63 items
    [InlineData(new byte[] { 2, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2 })]
    [InlineData(new byte[] { 2, 2, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F })] // a text of 2^31 bytes
    [InlineData(new byte[] { 2, 2, 0x01 })] // of −1 bytes
    [InlineData(new byte[] { 2, 4, 0 })] // a branch that there is not
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF })] // a number without an end
    [InlineData(new byte[] { 2, 0, 3, 8, 2, 4, 0 })] // a block whose size is a lie
    public void A_bare_datum_that_is_none_ends_its_file(byte[] datum)
    {
        byte[] good = [2, 0, 0];
        using var rig = new AvroRig(new AvroOptions { Schema = Encoding.UTF8.GetBytes(AvroResolutionTests.Record(Fields)) }, s_fields);
        Assert.Equal("{\"a\":1,\"s\":null,\"l\":\"[]\"}\n", rig.Convert([.. good, .. datum]));
        Assert.Equal($"bad_avro 3 - {Convert.ToHexString(datum)}", Assert.Single(rig.Dead));
    }

    [Theory]
    [InlineData("deflate")]
    [InlineData("zstandard")]
    public void A_block_that_grows_beyond_all_measure_is_dead(string codec)
    {
        byte[] bomb = AvroCodec.Compress(codec, new byte[AvroCodec.MaxBlock + 1]);
        Assert.True(bomb.Length < 1 << 20);
        byte[] file = File(codec, AvroResolutionTests.Record("{\"name\":\"a\",\"type\":\"boolean\"}"), (AvroCodec.MaxBlock + 1, bomb), (1, AvroCodec.Compress(codec, [1])));
        using var rig = new AvroRig(new AvroOptions(), [new("a", ColumnType.Bool, 0)]);
        Assert.Equal("{\"a\":true}\n", rig.Convert(file));
        Assert.StartsWith("bad_avro", Assert.Single(rig.Dead), StringComparison.Ordinal);
        Assert.True(rig.Charged < 4L * AvroCodec.MaxBlock);
    }

    [Fact]
    public void A_record_that_holds_itself_may_be_deep_but_not_too_deep()
    {
        const string Schema = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"v\",\"type\":\"int\"},{\"name\":\"next\",\"type\":[\"null\",\"R\"]}]}";
        foreach ((int depth, bool isDead) in new[] { (100, false), (100_000, true) })
        {
            byte[] datum = [.. Enumerable.Repeat<byte[]>([2, 2], depth).SelectMany(x => x), 2, 0];
            using var rig = new AvroRig(new AvroOptions(), [new("v", ColumnType.Int64, 0)]) { MaxRecordSize = 4096 };
            string rows = rig.Convert(File("null", Schema, (1, datum), (1, [4, 0])));
            Assert.Equal(isDead ? "{\"v\":2}\n" : "{\"v\":1}\n{\"v\":2}\n", rows);
            Assert.True(isDead ? rig.Dead.Single().StartsWith("too_deep", StringComparison.Ordinal) : rig.Dead.Count == 0);
        }

        using var endless = new AvroRig(new AvroOptions(), [new("r", ColumnType.Text, 0)]);
        endless.Convert(File("null", "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"r\",\"type\":\"R\"}]}", (1, [1])));
        Assert.StartsWith("too_deep", Assert.Single(endless.Dead), StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_is_too_long_dies_alone()
    {
        byte[] @long = [2, 2, 0xD0, 0x0F, .. Enumerable.Repeat((byte)'x', 1000), 0];
        byte[] good = [2, 0, 0];
        byte[] file = File("null", AvroResolutionTests.Record(Fields), (3, [.. good, .. @long, .. good]));
        foreach (int size in (int[])[1, 7, 5000])
        {
            using var rig = new AvroRig(new AvroOptions(), s_fields) { MaxRecordSize = 100, PayloadSize = 100, Read = () => size };
            Assert.Equal("{\"a\":1,\"s\":null,\"l\":\"[]\"}\n{\"a\":1,\"s\":null,\"l\":\"[]\"}\n", rig.Convert(file));
            Assert.Equal($"record_too_long {file.Length - 16 - 3 - @long.Length} - {Convert.ToHexString(@long[..100])}", Assert.Single(rig.Dead));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("\"nothing\"")]
    [InlineData("{\"type\":\"record\",\"name\":\"R\"}")]
    [InlineData("{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"a\",\"type\":\"int\"}]}")]
    [InlineData("{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}")]
    [InlineData("{\"type\":\"fixed\",\"name\":\"F\",\"size\":-1}")]
    [InlineData("{\"type\":\"fixed\",\"name\":\"F\",\"size\":99999999999}")]
    [InlineData("[\"int\",\"int\"]")]
    [InlineData("[[\"int\"]]")]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"A\"]}")]
    [InlineData("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[1]}")]
    [InlineData("{\"type\":{\"type\":{\"type\":7}}}")]
    public void A_schema_that_is_none_ends_the_run(string schema) => Refused(schema);

    [Fact]
    public void A_schema_without_end_ends_the_run()
    {
        Refused(string.Concat(Enumerable.Repeat("{\"type\":\"array\",\"items\":", 100_000)));
        Refused(string.Concat(Enumerable.Repeat("{\"type\":\"array\",\"items\":", 200)) + "\"int\"" + new string('}', 200));

        // Each type twice the last one: 2^60 values without a byte.
        string doubling = string.Join(',', Enumerable.Range(0, 60).Select(i => $"{{\"name\":\"f{i}\",\"type\":{{\"type\":\"record\",\"name\":\"T{i}\",\"fields\":[" +
            (i == 0 ? "{\"name\":\"a\",\"type\":\"null\"}" : $"{{\"name\":\"a\",\"type\":\"T{i - 1}\"}},{{\"name\":\"b\",\"type\":\"T{i - 1}\"}}") + "]}}"));
        using var rig = new AvroRig(new AvroOptions(), [new("v", ColumnType.Int64, 0), new("f59", ColumnType.Text, 1)]);
        rig.Convert(File("null", AvroResolutionTests.Record("{\"name\":\"v\",\"type\":\"int\"}," + doubling), (1, [2])));
        Assert.StartsWith("record_too_long", Assert.Single(rig.Dead), StringComparison.Ordinal);
    }

    private static void Refused(string schema)
    {
        using var rig = new AvroRig(new AvroOptions(), [new("a", ColumnType.Int64, 0)]);
        Assert.Equal(ExitCode.BadData, Assert.Throws<StopException>(() => rig.Convert(File("null", schema, (1, [2])))).Code);
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        var bytes = new List<byte>(file);
        for (int i = random.Next(1, 6); i > 0; i--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.Insert(at, (byte)(random.Next(2) * 255));
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at - 1));
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(at / 2, Math.Min(60, bytes.Count - (at / 2))));
                    break;
            }
        }

        return [.. bytes];
    }

    private static (byte[] File, int Header) Sample(string codec, int records)
    {
        var random = new Random(5);
        var schema = (Avro.RecordSchema)Avro.Schema.Parse(AvroResolutionTests.Record(Fields));
        var values = new RandomSchema(random);
        byte[] file = ApacheFile.Write(schema, Enumerable.Range(0, records).Select(_ => values.Value(schema)), codec, random);
        return (file, Ends(file).Ends[0]);
    }

    private static (byte[] Marker, List<int> Ends) Ends(byte[] file)
    {
        byte[] marker = file[^16..];
        var ends = new List<int>();
        for (int at = 0; file.AsSpan(at).IndexOf(marker) is >= 0 and int next; at += next + 16)
        {
            ends.Add(at + next + 16);
        }

        return (marker, ends);
    }

    private static byte[] Blocks(string codec, int blocks, int records) => File(codec, AvroResolutionTests.Record(Fields), [.. Enumerable.Range(0, blocks).Select(b =>
        ((long)records, AvroCodec.Compress(codec, [.. Enumerable.Range(0, records).SelectMany(i => (byte[])[(byte)(2 * (i % 60)), 2, 6, 65, (byte)(66 + b), 67, 4, 2, 4, 0])])))]);

    private static byte[] File(string codec, string schema, params (long Count, byte[] Bytes)[] blocks)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        byte[] marker = AvroEncoder.Marker(Encoding.UTF8.GetBytes(schema), codec);
        Write("Obj\x01"u8);
        AvroDefaults.WriteLong(2, bytes);
        Text("avro.codec");
        Text(codec);
        Text("avro.schema");
        Text(schema);
        AvroDefaults.WriteLong(0, bytes);
        Write(marker);
        foreach ((long count, byte[] block) in blocks)
        {
            AvroDefaults.WriteLong(count, bytes);
            AvroDefaults.WriteLong(block.Length, bytes);
            Write(block);
            Write(marker);
        }

        return bytes.WrittenSpan.ToArray();

        void Text(string text)
        {
            byte[] value = Encoding.UTF8.GetBytes(text);
            AvroDefaults.WriteLong(value.Length, bytes);
            Write(value);
        }

        void Write(ReadOnlySpan<byte> more) => System.Buffers.BuffersExtensions.Write(bytes, more);
    }
}
