using System;
using System.Buffers;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Formats.MessagePack;
using global::MessagePack;
using Xunit;
using static DataStream.Tests.Formats.MessagePack.MessagePackRig;

namespace DataStream.Tests.Formats.MessagePack;

/// <summary>Random streams, whole, damaged and cut off, against the MessagePack package; every place as the end of a read and of a payload.</summary>
public sealed class MessagePackPropertyTests
{
    private static readonly DecodeField[] s_fields =
    [
        Field("id", "int64"), Field("v", "float64"), Field("s", "text"), Field("t", "timestamp"), Field("ok", "bool"), Field("d", "text") with { Path = "n.d" },
    ];

    // Of the text that any value is, no row dies for its type, so that structure and JSON are seen.
    private static readonly DecodeField[] s_texts = [Field("id", "text"), Field("s", "text"), Field("n", "text"), Field("e", "text") with { Path = "n.d" }];

    [Fact]
    public void Random_streams_are_read_as_the_oracle_reads_them()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        using var rig = new MessagePackRig(s_fields);
        using var texts = new MessagePackRig(s_texts);
        for (int round = 0; round < 150; round++)
        {
            byte[] stream = RandomStream(random);
            Check(rig, stream, s_fields, seed);
            Check(texts, stream, s_texts, seed);
        }
    }

    [Fact]
    public void Streams_of_one_layout_and_of_few_are_read_as_the_oracle_reads_them()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 25; round++)
        {
            using var rig = new MessagePackRig(s_fields, capacity: 64 * random.Next(1, 5));
            (string Key, Func<object?> Value)[] keys =
            [
                ("id", () => random.Next(20) == 0 ? ulong.MaxValue : random.NextInt64() >> random.Next(64)), ("v", () => random.Next(9) == 0 ? random.Next(70_000) : random.Next(40) == 0 ? double.NaN : random.NextDouble()),
                ("s", () => random.Next(30) == 0 ? null : new string('s', random.Next(random.Next(9) == 0 ? 300 : 32))), ("t", () => DateTime.UnixEpoch.AddTicks(random.NextInt64(30_000_000_000_000_000))),
                ("ok", () => random.Next(40) == 0 ? 1 : random.Next(2) == 0), ("n", () => random.Next(9) == 0 ? null : new Pack.Pairs(["c", 1, "d", random.Next(5) == 0 ? 7 : "d"])),
                ("a-long-key-that-nobody-asks-for", () => random.Next(1000)), ("list", () => new List<object?> { 1, "two", null }),
            ];
            int kept = random.Next(4, keys.Length + 1);
            int layouts = random.Next(6) == 0 ? 1000 : random.Next(1, 5);
            var orders = new List<int[]>();
            byte[] stream = [.. Enumerable.Range(0, random.Next(1, 600)).SelectMany(i =>
            {
                if (i < layouts)
                {
                    int[] order = [.. Enumerable.Range(0, keys.Length)];
                    random.Shuffle(order);
                    orders.Add(order[..(random.Next(2) == 0 ? kept : random.Next(keys.Length + 1))]);
                }

                int[] ordered = orders[random.Next(3) > 0 ? 0 : random.Next(orders.Count)];
                return Pack.Map([.. ordered.SelectMany(k => (object?[])[keys[k].Key, keys[k].Value()])]);
            })];
            Check(rig, stream, s_fields, seed);
            string[] whole = rig.Rows(stream);
            string[] cut = [.. Cut(stream, 1 << 16, () => random.Next(1, 5000), 70_000, 1000).Select(row => row[(row.IndexOf(": ", StringComparison.Ordinal) + 2)..])];
            Assert.True(whole.SequenceEqual(cut), $"seed {seed}, round {round}");
        }
    }

    [Fact]
    public void Damaged_streams_end_where_the_oracle_ends()
    {
        // A fixed seed: a short fuzz that is the same every time.
        var random = new Random(20261125);
        using var rig = new MessagePackRig(s_fields);
        using var texts = new MessagePackRig(s_texts);
        int malformed = 0;
        for (int round = 0; round < 500; round++)
        {
            byte[] stream = Damage(RandomStream(random), random);
            malformed += Check(rig, stream, s_fields, round) ? 1 : 0;
            Check(texts, stream, s_texts, round);
        }

        Assert.InRange(malformed, 60, 480);
    }

    [Fact]
    public void A_record_cut_off_at_any_byte_is_dead()
    {
        var random = new Random(5);
        using var rig = new MessagePackRig(s_fields);
        byte[] record = Record(random, isUsual: true);
        for (int length = 1; length < record.Length; length++)
        {
            Assert.Equal(["†bad_msgpack"], rig.Rows(record.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData(1 << 16)]
    [InlineData(70)]
    public void Every_place_may_end_a_read_and_a_payload(int maxRecordSize)
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        for (int round = 0; round < 4; round++)
        {
            byte[] stream = round % 3 == 0 ? RandomStream(random, 7) : Damage(RandomStream(random, 7), random);
            string[] whole = Cut(stream, maxRecordSize, () => stream.Length, 1 << 20, 1000);
            if (maxRecordSize > stream.Length)
            {
                Assert.Equal(MessagePackOracle.Read(stream, s_fields).Select(f => $"{f.Offset}+{f.Length}: {f.Row}"), whole);
            }

            for (int split = 1; split < stream.Length; split++)
            {
                int first = split;
                Same(Cut(stream, maxRecordSize, () => (first, first = stream.Length).first, maxRecordSize + 1 + (split % 90), 1 + (split % 5)));
            }

            Same(Cut(stream, maxRecordSize, () => 1, maxRecordSize + 1, 3));
            Same(Cut(stream, maxRecordSize, () => random.Next(1, 60), maxRecordSize + random.Next(1, 500), 1000));

            void Same(string[] rows) => Assert.True(whole.SequenceEqual(rows), $"seed {seed}, round {round}:\n{string.Join('\n', whole)}\n--\n{string.Join('\n', rows)}");
        }
    }

    [Fact]
    public void What_the_encoder_writes_reads_back_and_is_what_the_package_writes()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        DecodeField[] fields = [Field("id", "int64"), Field("v", "float64"), Field("s", "text"), Field("t", "timestamp"), Field("ok", "bool"), Field("m", "decimal(3)"), Field(new string('k', 40), "text")];
        using var rig = new MessagePackRig(fields);
        for (int round = 0; round < 300; round++)
        {
            long id = random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64);
            double v = BitConverter.Int64BitsToDouble(random.NextInt64());
            object? number = double.IsFinite(v) ? v : null;
            string text = new('é', random.Next(4) == 0 ? random.Next(30_000) : random.Next(140));
            DateTime time = new(random.NextInt64(DateTime.MaxValue.Ticks / 10) * 10, DateTimeKind.Utc);
            time = random.Next(2) == 0 ? time.AddTicks(-(time.Ticks % TimeSpan.TicksPerSecond)) : time;
            byte[] record = Pack.Map("id", id, "v", number, "s", text, "t", time, "ok", random.Next(3) == 0 ? null : random.Next(2) == 0, "m", "-12.345", new string('k', 40), null);
            Assert.True(record.AsSpan().SequenceEqual(rig.Encoded(record)), $"seed {seed}: {Convert.ToHexString(record)}\n{Convert.ToHexString(rig.Encoded(record))}");
        }
    }

    [Fact]
    public void Text_that_is_no_utf8_is_written_as_bin_and_reads_back_as_it_was()
    {
        using var rig = new MessagePackRig([Field("s", "text")]);
        foreach (int length in (int[])[1, 31, 255, 256, 60000])
        {
            byte[] bytes = [.. Enumerable.Repeat((byte)0xFF, length)];
            byte[] record = Pack.Map("s", bytes);
            Assert.Equal(record, rig.Encoded(record));
        }

        Assert.Equal([0x81, 0xA1, (byte)'s', 0xC0], rig.Encoded(Pack.Map("x", 1)));
    }

    [Fact]
    public void Decoding_and_encoding_allocate_nothing_once_warm()
    {
        var random = new Random(3);
        using var rig = new MessagePackRig([.. s_fields, Field("n", "text"), Field("dec", "decimal(2)")], capacity: 1024);
        byte[] bytes = [.. Enumerable.Range(0, 3000).SelectMany(i => Record(random, isUsual: i % 10 != 0))];
        long Round()
        {
            rig.Load(bytes);
            rig.Output.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int offset = 0; offset < bytes.Length;)
            {
                offset = rig.Decode(offset);
                rig.Encoder.Encode(rig.Batch, rig.Batch.Selection, rig.Output);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        for (int i = 0; i < 3; i++)
        {
            Round();
        }

        Assert.Equal(0, Round());
        Assert.InRange(rig.Output.Rows, 1500, 3000);
    }

    [Fact]
    public void Lengths_that_are_never_there_cost_no_memory()
    {
        using var rig = new MessagePackRig(s_fields, maxRecordSize: 64);
        byte[][] heads = [[0xDB, 255, 255, 255, 255], [0xC6, 255, 255, 255, 255], [0xC9, 255, 255, 255, 255, 1], [0xDD, 255, 255, 255, 255], [0xDF, 255, 255, 255, 255]];
        foreach (byte[] head in heads)
        {
            byte[] start = [0x82, 0xA1, (byte)'s', .. head];
            Assert.Equal(["†bad_msgpack"], rig.Rows(start));
            byte[] stream = [.. start, .. Enumerable.Repeat((byte)1, 100_000)];
            Assert.Equal(["0+65: †record_too_long"], Cut(stream, 64, () => 1000, 128, 100));
        }
    }

    /// <summary>What becomes of a file that is read and cut so: place, length and row of every record.</summary>
    private static string[] Cut(byte[] stream, int maxRecordSize, Func<int> read, int payloadSize, int maxRecords)
    {
        var rows = new List<string>();
        using var rig = new MessagePackRig(s_fields, capacity: 4096, maxRecordSize: maxRecordSize, room: 1 << 14);
        var format = new MessagePackFormat(new Settings("format", Place.Code, [], new ConfigErrors()));
        RecordCutter cutter = format.CreateReading(new DecodePlan(s_fields, maxRecordSize, KeepRecords: true)).CreateCutter();
        foreach (CutStream.Piece piece in CutStream.Run(cutter, stream, read, payloadSize, maxRecordSize, maxRecords))
        {
            // A batch holds all rows of a payload, one byte each at worst: damage repeats bytes.
            string[] shown = rig.Rows(piece.Bytes);
            rows.AddRange(shown.Select((row, i) => $"{piece.Offset + rig.Batch.Records[i].Offset}+{rig.Batch.Records[i].Length}: {row}"));
        }

        return [.. rows];
    }

    /// <summary>Compares with the oracle; true when the stream ends in a malformed record.</summary>
    private static bool Check(MessagePackRig rig, byte[] stream, DecodeField[] fields, int seed)
    {
        List<MessagePackOracle.Fate> expected = MessagePackOracle.Read(stream, fields);
        string[] rows = rig.Rows(stream);
        Assert.True(expected.Select(f => f.Row).SequenceEqual(rows),
            $"seed {seed}: {Convert.ToHexString(stream)}\n{string.Join('\n', expected.Select(f => f.Row))}\n--\n{string.Join('\n', rows)}");
        return rows.Length > 0 && rows[^1] == "†bad_msgpack";
    }

    private static byte[] RandomStream(Random random, int records = 40)
    {
        bool isUsual = random.Next(3) > 0;
        return [.. Enumerable.Range(0, random.Next(1, records)).SelectMany(_ => Record(random, isUsual && random.Next(10) > 0))];
    }

    /// <summary>A record with the usual keys in their order and values of the expected kinds, or any other.</summary>
    private static byte[] Record(Random random, bool isUsual)
    {
        if (isUsual)
        {
            object?[] some =
            [
                "id", random.NextInt64() >> random.Next(64), "v", random.Next(1000) / 8.0, "zone", "region-" + random.Next(9), "s", "device-" + random.Next(100_000),
                "t", DateTime.UnixEpoch.AddMilliseconds(random.NextInt64(4_000_000_000_000)), "ok", random.Next(2) == 0, "n", new Pack.Pairs(["c", 1, "d", new string('d', random.Next(60))]),
            ];
            return Pack.Map(random.Next(6) == 0 ? some[..^2] : some);
        }

        if (random.Next(12) == 0)
        {
            return Pack.Value(Any(random, 0));
        }

        string[] keys = ["id", "v", "s", "t", "ok", "n", "zone", "unknown-" + random.Next(1000)];
        object?[] pairs = [.. Enumerable.Range(0, random.Next(9)).SelectMany(_ => (object?[])[random.Next(9) == 0 ? Any(random, 3) : keys[random.Next(keys.Length)], Any(random, 0)])];
        return Pack.Map(pairs);
    }

    private static object? Any(Random random, int depth) => random.Next(depth > 3 ? 14 : 18) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 or 3 => random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64),
        4 => ulong.MaxValue >> random.Next(4),
        5 => random.NextSingle(),
        6 => random.Next(5) == 0 ? double.NaN : random.NextDouble() * 1e6,
        7 or 8 => new string("aé\"\n€"[random.Next(5)], random.Next(3) == 0 ? random.Next(300) : random.Next(40)),
        9 => Enumerable.Range(0, random.Next(5)).Select(_ => (byte)random.Next(256)).ToArray(),
        10 => DateTime.UnixEpoch.AddTicks(random.NextInt64(-600_000_000_000_000_000, 2_000_000_000_000_000_000)),
        11 => new ExtensionResult((sbyte)random.Next(-3, 3), new ReadOnlySequence<byte>(new byte[random.Next(18)])),
        12 => "2026-01-0" + random.Next(1, 10) + "T00:00:00Z",
        13 => 1_767_225_600 + (random.Next(100) / 4.0),
        14 or 15 => new Pack.Pairs([.. Enumerable.Range(0, random.Next(4)).SelectMany(_ => (object?[])[random.Next(3) == 0 ? Any(random, depth + 1) : "d", Any(random, depth + 1)])]),
        _ => Enumerable.Range(0, random.Next(4)).Select(_ => Any(random, depth + 1)).ToList(),
    };

    private static byte[] Damage(byte[] stream, Random random)
    {
        byte[] tokens = [0xC1, 0xDB, 0xDF, 0xDD, 0xC9, 0xC7, 0xA5, 0x8F, 0x95, 0xCB, 0xC0, 0xD7, 0xFF, 0];
        int at = random.Next(stream.Length);
        return random.Next(4) switch
        {
            0 => stream[..at],
            1 => [.. stream[..at], .. stream[Math.Min(stream.Length, at + random.Next(1, 9))..]],
            2 => [.. stream[..at], tokens[random.Next(tokens.Length)], .. stream[(at + 1)..]],
            _ => [.. stream[..at], (byte)random.Next(256), .. stream[at..]],
        };
    }
}
