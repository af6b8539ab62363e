using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Formats;
using DataStream.Kafka.Native;
using DataStream.Kafka.Repartition;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>Records on their way through a topic by key: which partition they go to, and what is in one message.</summary>
public sealed class RecordPacksTests
{
    private const int Partitions = 5;
    private const int PayloadSize = 4096;
    private const int MostRecords = 16;

    public RecordPacksTests() => NativeLibraries.Use();

    /// <summary>The hashes are those of the tests of Java's clients.</summary>
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("", 275646681)]
    public void Keys_go_where_Javas_clients_send_them(string key, int hash) => Assert.Equal((hash & 0x7fffffff) % 1009, RdKafka.PartitionOf(Encoding.UTF8.GetBytes(key), 1009));

    [Fact]
    public void Records_of_a_key_are_in_one_partition_in_their_order_and_every_pack_fits()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        List<(int Partition, byte[] Pack)> sent = [];
        var packs = new RecordPacks(Partitions, PayloadSize, MostRecords, int.MaxValue, (partition, pack, _) => sent.Add((partition, pack.ToArray())));
        var expected = new Dictionary<(int, string), List<long>>();
        for (int i = 0; i < 3000; i++)
        {
            string key = random.Next(9) == 0 ? "" : $"k{random.Next(40)}"; // none, now and then
            int origin = random.Next(7);
            int length = random.Next(50) == 0 ? random.Next(3 * PayloadSize) : random.Next(random.Next(8) == 0 ? 700 : 30);
            Assert.True(packs.Write(Frame(key, origin, i, length), 0) > 0);
            int partition = key.Length > 0 ? RdKafka.PartitionOf(Encoding.UTF8.GetBytes(key), Partitions) : origin % Partitions;
            if (!expected.TryGetValue((partition, key), out List<long>? offsets))
            {
                expected.Add((partition, key), offsets = []);
            }

            offsets.Add(i);
            if (random.Next(40) == 0)
            {
                packs.Send(0);
                Assert.True(packs.IsEmpty);
            }
        }

        packs.Send(0);
        var found = new Dictionary<(int, string), List<long>>();
        foreach ((int partition, byte[] pack) in sent)
        {
            Assert.True(ForwardedPack.TryOpen(pack, out int count, out ReadOnlySpan<byte> records));
            Assert.True(count is > 0 and <= MostRecords && (count == 1 || pack.Length <= PayloadSize / 4), $"seed {Seed}: {count} records, {pack.Length} bytes");
            int taken = 0;
            for (; ForwardedPack.TryTake(ref records, out ForwardedMessage record); taken++)
            {
                string key = Encoding.UTF8.GetString(record.Key);
                if (!found.TryGetValue((partition, key), out List<long>? offsets))
                {
                    found.Add((partition, key), offsets = []);
                }

                offsets.Add(record.Offset);
            }

            Assert.Equal((count, 0), (taken, records.Length));
        }

        Assert.Equal(expected.Keys.Order(), found.Keys.Order());
        Assert.All(expected, of => Assert.Equal(of.Value, found[of.Key]));
    }

    [Fact]
    public void What_is_cleared_is_not_sent()
    {
        int sent = 0;
        var packs = new RecordPacks(Partitions, PayloadSize, MostRecords, int.MaxValue, (_, _, _) => sent++);
        packs.Write(Frame("a", 0, 1, 10), 0);
        packs.Clear();
        Assert.True(packs.IsEmpty);
        packs.Send(0);
        Assert.Equal(0, sent);
        packs.Write(Frame("a", 0, 2, 10), 0);
        packs.Send(0);
        Assert.Equal(1, sent);
    }

    [Fact]
    public void Packs_are_no_longer_than_half_of_what_the_client_takes()
    {
        var lengths = new List<int>();
        var packs = new RecordPacks(1, PayloadSize, 1_000, 2_000, (_, bytes, _) => lengths.Add(bytes.Length));
        for (int i = 0; i < 100; i++)
        {
            packs.Write(Frame("a", 0, i, 100), 0);
        }

        packs.Send(0);
        Assert.True(lengths.Count > 10 && lengths.TrueForAll(length => length <= 1_000), string.Join(", ", lengths));
    }

    [Fact]
    public void A_pack_that_is_cut_off_has_no_more_records()
    {
        byte[] pack = [];
        var packs = new RecordPacks(1, PayloadSize, MostRecords, int.MaxValue, (_, bytes, _) => pack = bytes.ToArray());
        packs.Write(Frame("a", 0, 1, 10), 0);
        packs.Write(Frame("a", 0, 2, 10), 0);
        packs.Send(0);
        Assert.True(ForwardedPack.TryOpen(pack.AsSpan(0, pack.Length - 1), out int count, out ReadOnlySpan<byte> records));
        Assert.Equal(2, count);
        Assert.True(ForwardedPack.TryTake(ref records, out ForwardedMessage first) && first.Offset == 1);
        Assert.False(ForwardedPack.TryTake(ref records, out _));
        Assert.False(ForwardedPack.TryOpen("{}"u8, out _, out _));
    }

    /// <summary>A record as the first half sends it: the key of its row, and the message with the key as its own.</summary>
    private static byte[] Frame(string key, int origin, long offset, int length)
    {
        byte[] own = Encoding.UTF8.GetBytes(key);
        int value = ForwardedMessage.HeadLength + own.Length + length;
        byte[] frame = new byte[MessageFrame.HeadLength + own.Length + value];
        MessageFrame.WriteHead(frame, own.Length > 0 ? own.Length : -1, 0, value, MessageFrame.NoTime);
        own.CopyTo(frame, MessageFrame.HeadLength);
        Span<byte> message = frame.AsSpan(MessageFrame.HeadLength + own.Length);
        ForwardedMessage.WriteHead(message, isWord: false, isQuiet: false, origin, offset, -1, 0, own.Length, 0);
        own.CopyTo(message[ForwardedMessage.HeadLength..]);
        return frame;
    }
}
