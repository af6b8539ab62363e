using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Xunit;
using T = DataStream.Kernels.MessagePackTokens;

namespace DataStream.Kernels.Tests;

/// <summary>Places of values, and ends of records, are those that a walk from token to token finds: for records of few layouts and of many, whole and damaged.</summary>
public sealed class MessagePackMapsTests
{
    private const int Fields = 6;
    private const int MaxSize = 700;

    // The keys with a number fill fields; "in" is a map with two of them. Several begin alike for 16 bytes and more, and some are in both maps.
    private static readonly (string Key, int Field)[] s_keys = [("id", 0), ("measurement-of-the-first-kind", 1), ("measurement-of-the-second-kid", 2), ("zone", -1), ("a", 3), ("in", -2), ("sixteen bytes al", -1), ("", -1)];
    private static readonly (string Key, int Field)[] s_inner = [("a", 4), ("id", -1), ("measurement-of-the-first-kind", 5)];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Places_are_those_of_a_walk_from_token_to_token(int seed)
    {
        var random = new Random(seed);
        MessagePackStepTable table = Table();
        var shape = new MessagePackShape(Fields);
        int stride = MessagePackShape.StrideOf(Fields);
        int[] places = new int[MessagePackMaps.Rows * stride];
        int[] starts = new int[MessagePackMaps.Rows + 1];
        int found = 0;
        for (int stream = 0; stream < 4; stream++)
        {
            byte[] bytes = Stream(random, 150);
            for (int at = 0; at < bytes.Length;)
            {
                var maps = new MessagePackMaps(bytes, table, shape, Fields, places, starts, MaxSize);
                int asked = random.Next(1, MessagePackMaps.Rows + 1);
                int count = maps.Find(at, asked);
                found += count;
                bool isLacking = false;
                for (int row = 0; row < count; row++)
                {
                    int[] expected = new int[Fields];
                    int end = Walk(bytes, at, 0, expected);
                    isLacking |= expected.Contains(0);
                    Assert.Equal(at, starts[row]);
                    Assert.Equal(end, starts[row + 1]);
                    Assert.Equal(expected, places.Skip(row * stride).Take(Fields));
                    Assert.InRange(end - at, 1, MaxSize);
                    Assert.All(Enumerable.Range(0, Fields), f => Assert.True(shape.Forms[f] < 0 || shape.Forms[f] == FormOf(bytes, expected[f]), $"seed {seed}: field {f} at {expected[f]} is of {shape.Forms[f]:X}"));
                    at = end;
                }

                Assert.Equal(isLacking, isLacking && maps.IsLacking);
                if (count < asked)
                {
                    // The next one is unusual, or near the end: passed over here.
                    int end = T.EndOf(bytes, at);
                    bool isPlain = end > 0 && end - at <= MaxSize && at < bytes.Length - 1200 && Walk(bytes, at, 0, new int[Fields]) == end;
                    Assert.False(isPlain, $"seed {seed}: the record at {at} of {Convert.ToHexString(bytes)}");
                    at = end > 0 ? end : bytes.Length;
                }
            }
        }

        Assert.InRange(found, 30, 600);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(14)] // more than are written at once
    public void A_record_now_and_then_of_another_layout_costs_the_others_nothing_of_theirs(int fields)
    {
        // Every third has another token for its last field, every twentieth a key more, every two-hundredth and the first one a null in the first field.
        var table = new MessagePackStepTable();
        Assert.All(Enumerable.Range(0, fields + 1), i => Assert.True(table.TryAdd(Text($"key-{i}"), new MessagePackStep(0, i, i < fields ? i : -1, 0))));
        var random = new Random(fields);
        var bytes = new List<byte>();
        var expected = new List<int[]>();
        for (int i = 0; i < 1000; i++)
        {
            int[] places = new int[fields + 1];
            int count = fields + (i % 20 == 19 ? 1 : 0);
            bytes.Add((byte)(0x80 | count));
            for (int field = 0; field < count; field++)
            {
                bytes.AddRange(Text($"key-{field}"));
                places[field] = bytes.Count;
                byte[] number = new byte[8];
                random.NextBytes(number);
                bytes.AddRange(field == 0 && i % 200 == 0 ? [T.Nil] : field == fields - 1 && i % 3 == 0 ? [7] : field % 2 == 0 ? [T.Float64, .. number] : Text("a text of 23 characters"));
            }

            expected.Add(places[..fields]);
        }

        byte[] all = [.. bytes, .. new byte[MessagePackMaps.Room]];
        var shape = new MessagePackShape(fields);
        int stride = MessagePackShape.StrideOf(fields);
        int[] found = new int[MessagePackMaps.Rows * stride];
        int[] starts = new int[MessagePackMaps.Rows + 1];
        int even = 0;
        for (int row = 0; row < expected.Count;)
        {
            var maps = new MessagePackMaps(all, table, shape, fields, found, starts, 65536);
            int count = Math.Min(MessagePackMaps.Rows, expected.Count - row);
            Assert.Equal(count, maps.Find(row == 0 ? 0 : starts[MessagePackMaps.Rows], count));
            for (int i = 0; i < count; i++)
            {
                Assert.Equal(expected[row++], found[(i * stride)..((i * stride) + fields)]);
            }

            even += shape.Forms[0] == T.Float64 && shape.Forms[1] == (0xA0 | 23) && shape.Forms[fields - 1] < 0 ? 1 : 0;
        }

        Assert.InRange(even, 9, 15); // of 16 times 64 rows
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Ends_are_those_of_a_walk_from_token_to_token(int seed)
    {
        var random = new Random(seed);
        var ends = new MessagePackEnds();
        int passed = 0;
        for (int stream = 0; stream < 4; stream++)
        {
            byte[] bytes = Stream(random, 150);
            for (int at = 0; at < bytes.Length;)
            {
                int from = at;
                int asked = random.Next(1, 300);
                int count = ends.Pass(bytes, ref at, asked, MaxSize);
                passed += count;
                Assert.InRange(count, 0, asked);
                int expected = from;
                for (int i = 0; i < count; i++)
                {
                    int end = T.EndOf(bytes, expected);
                    Assert.InRange(end - expected, 1, MaxSize);
                    expected = end;
                }

                Assert.Equal(expected, at);
                if (count < asked)
                {
                    int end = T.EndOf(bytes, at);
                    if (end > 0 && random.Next(2) == 0)
                    {
                        ends.Learn(bytes.AsSpan(at, end - at));
                    }

                    at = end > 0 ? end : bytes.Length;
                }
            }
        }

        Assert.InRange(passed, 30, 600);
    }

    [Fact]
    public void Sixty_three_keys_that_begin_alike_are_told_apart()
    {
        var table = new MessagePackStepTable();
        byte[][] keys = [.. Enumerable.Range(0, MessagePackStepTable.MaxSteps).Select(i => Text($"a-key-of-a-wide-record-{i:D2}"))];
        for (int i = 0; i < keys.Length; i++)
        {
            Assert.True(table.TryAdd(keys[i], new MessagePackStep(i % 3, 64 * i, i % 2 == 0 ? i : -1, i % 5)));
        }

        Assert.False(table.TryAdd(Text("one more"), default));
        for (int i = 0; i < keys.Length; i++)
        {
            byte[] bytes = [.. keys[i], .. Enumerable.Repeat((byte)0xFF, 40)];
            int number = table.Find(bytes, i % 3);
            Assert.Equal(new MessagePackStep(i % 3, 64 * i, i % 2 == 0 ? i : -1, i % 5), table[number]);
            Assert.Equal(0, table.Find(bytes, (i % 3) + 1));
        }

        Assert.Equal(0, table.Find(new byte[40], 0));
    }

    /// <summary>Goes over a map as a reader from token to token; −1 where it is none that is known.</summary>
    private static int Walk(byte[] bytes, int at, int map, int[] places, HashSet<(int Map, string Key)>? seen = null, int depth = 0)
    {
        seen ??= [];
        if (at < 0 || bytes[at] >> 4 != 8)
        {
            return -1;
        }

        int left = bytes[at++] & 0xF;
        for (; left > 0 && at < bytes.Length; left--)
        {
            int head = bytes[at];
            if ((head & 0xE0) != 0xA0 || at + 1 + (head & 0x1F) >= bytes.Length)
            {
                return -1;
            }

            string key = Encoding.Latin1.GetString(bytes, at + 1, head & 0x1F);
            (string Key, int Field)[] known = [.. (map == 0 ? s_keys : s_inner).Where(k => k.Key == key)];
            if (known.Length == 0 || (known[0].Field != -1 && !seen.Add((map, key))))
            {
                return -1;
            }

            at += 1 + (head & 0x1F);
            if (known[0].Field >= 0)
            {
                places[known[0].Field] = at;
            }

            at = known[0].Field == -2 && T.IsMap(bytes[at]) ? Walk(bytes, at, 1, places, seen, depth + 1) : T.EndOf(bytes, at);
            if (at < 0)
            {
                return -1;
            }
        }

        return left == 0 ? at : -1;
    }

    private static int FormOf(byte[] bytes, int place) =>
        bytes[place] < 0x80 ? MessagePackEven.Small : bytes[place] is >= T.FixExt1 and <= T.FixExt16 ? bytes[place] | (bytes[place + 1] << 8) : bytes[place];

    private static MessagePackStepTable Table()
    {
        var table = new MessagePackStepTable();
        Assert.True(table.TryAddMap(out int inner));
        int bit = Fields;
        foreach ((string key, int field) in s_keys)
        {
            Assert.True(table.TryAdd(Text(key), new MessagePackStep(0, field < 0 ? Fields : field, field >= 0 ? field : field == -2 ? bit++ : -1, field == -2 ? inner : 0)));
        }

        foreach ((string key, int field) in s_inner)
        {
            Assert.True(table.TryAdd(Text(key), new MessagePackStep(inner, field < 0 ? Fields : field, field, 0)));
        }

        return table;
    }

    /// <summary>Records of one order of keys with a few others among them, of any order, or of both in turns; perhaps damaged. Noise behind.</summary>
    private static byte[] Stream(Random random, int records)
    {
        bool isOrdered = random.Next(3) > 0;
        int rarely = random.Next(2, 30);
        List<(string Key, int Field)> order = Order(random);
        var bytes = new List<byte>();
        for (int i = 0; i < records; i++)
        {
            bool isLikeOthers = isOrdered && random.Next(rarely) > 0;
            bytes.AddRange(Record(random, isLikeOthers ? order : Order(random), isLikeOthers));
        }

        for (int damage = random.Next(4) - 1; damage > 0; damage--)
        {
            bytes[random.Next(bytes.Count)] = (byte)random.Next(256);
        }

        // Often the end is inside of a long text, whose key is far enough before it to be read.
        if (random.Next(3) > 0)
        {
            byte[] last = [0x81, .. Text("id"), T.Str16, 0, 250, .. new byte[random.Next(70, 251)]];
            return [.. bytes, .. last];
        }

        return [.. bytes, .. random.Next(2) == 0 ? [] : Enumerable.Range(0, 70).Select(_ => (byte)random.Next(256))];
    }

    private static List<(string Key, int Field)> Order(Random random)
    {
        (string Key, int Field)[] keys = [.. s_keys];
        random.Shuffle(keys);
        return [.. keys.Take(random.Next(keys.Length + 1))];
    }

    private static byte[] Record(Random random, List<(string Key, int Field)> keys, bool isUsual)
    {
        List<(string Key, int Field)> all = isUsual || random.Next(10) > 0 || keys.Count == 0 ? keys : [.. keys, keys[random.Next(keys.Count)]];
        var record = new List<byte> { (byte)(0x80 | all.Count) };
        foreach ((string key, int field) in all)
        {
            record.AddRange(Text(!isUsual && random.Next(40) == 0 ? "unknown" : key));
            if (field == -2 && random.Next(5) > 0)
            {
                (string Key, int Field)[] inner = [.. s_inner];
                if (!isUsual)
                {
                    random.Shuffle(inner);
                }

                int count = isUsual ? inner.Length : random.Next(inner.Length + 1);
                record.Add((byte)(0x80 | count));
                record.AddRange(inner.Take(count).SelectMany(k => (byte[])[.. Text(k.Key), .. Value(random, isUsual ? 4 : 12)]));
            }
            else
            {
                record.AddRange(Value(random, isUsual && random.Next(9) > 0 ? 4 : 14));
            }
        }

        return [.. record];
    }

    private static byte[] Value(Random random, int kinds)
    {
        byte[] data = new byte[300];
        random.NextBytes(data);
        int length = random.Next(random.Next(4) == 0 ? 280 : 40);
        return random.Next(kinds) switch
        {
            0 => [(byte)random.Next(128)],
            1 => [T.Float64, .. data[..8]],
            2 => Text(new string('t', random.Next(32))),
            3 => [T.FixExt8, 0xFF, .. data[..8]],
            4 => [T.Nil],
            5 => [T.UInt16, .. data[..2]],
            6 => [T.Str8, (byte)Math.Min(length, 255), .. data[..Math.Min(length, 255)]],
            7 => [T.Bin16, (byte)(length >> 8), (byte)length, .. data[..length]],
            8 => [0x92, 1, T.Nil],
            9 => [0x81, 0xA1, (byte)'a', 0x91, 7],
            10 => [T.Ext8, 3, 5, 1, 2, 3],
            11 => [0x80],
            12 => [T.Array16, 0, 2, 0x90, T.True],
            _ => [0xE0],
        };
    }

    private static byte[] Text(string text) => [(byte)(0xA0 | text.Length), .. Encoding.Latin1.GetBytes(text)];
}
