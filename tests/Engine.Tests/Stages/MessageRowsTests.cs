using System;
using System.Collections.Generic;
using System.Text;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Rings;
using DataStream.Stages;
using Xunit;

namespace DataStream.Tests.Stages;

/// <summary>Encoders of a program must not take one row's key for another: what they write is held to their rows.</summary>
public sealed class MessageRowsTests : IDisposable
{
    private readonly PayloadRing _ring = new(2, 4096, 0, WaitStrategy.Block);
    private readonly TextArena _arena = new(_ => { });
    private readonly Schema _schema = new();
    private readonly Batch _batch;
    private readonly OutputLane _lane;
    private readonly MessageRows _messages;

    public MessageRowsTests()
    {
        Field key = _schema.Add("k", ColumnType.Int64);
        _batch = new Batch(_schema.Storage, 128, _arena);
        _batch.SetCount(128);
        for (int row = 0; row < 128; row++)
        {
            _batch.Whole<long>(key.Ordinal)[row] = 1000 + row;
            _batch.SetValid(key.Ordinal, row);
        }

        _lane = new OutputLane(_ring.Ring, mayShed: false, null);
        _messages = new MessageRows(new MessageLayout(key, -1, EndsLines: true));
    }

    public void Dispose()
    {
        _batch.Dispose();
        _arena.Dispose();
        _ring.Dispose();
    }

    [Fact]
    public void Each_row_has_the_key_of_its_bit()
    {
        Assert.Equal(["1003=a", "1064=b", "1127=c"], Encode(output =>
        {
            Row(output, "a\n");
            Row(output, "b\n");
            Row(output, "c\n");
        }));
    }

    [Fact]
    public void A_row_is_begun_and_ended_once()
    {
        Refuses("an encoder ended a row that it did not begin", output => output.EndRow());
        Refuses("an encoder ended a row that it did not begin", output =>
        {
            Row(output, "a");
            output.EndRow();
        });
        Refuses("an encoder began a row before it ended the one before", output =>
        {
            output.BeginRow();
            output.BeginRow();
        });
        Refuses("an encoder did not end a row that it began", output => output.BeginRow());
        Assert.Equal(["1003=a"], Encode(output => Row(output, "a"))); // what was before is no matter
    }

    [Fact]
    public void Nothing_is_written_outside_of_a_row()
    {
        Refuses("an encoder wrote outside of a row: BeginRow comes before Reserve and Commit", output => output.Reserve(1));
        Refuses("an encoder wrote outside of a row: BeginRow comes before Reserve and Commit", output => output.Commit(1));
        Refuses("an encoder wrote outside of a row: BeginRow comes before Reserve and Commit", output =>
        {
            Row(output, "a");
            output.Write("b"u8);
        });
    }

    [Fact]
    public void No_more_is_kept_than_there_was_room_for()
    {
        Refuses("an encoder kept 16385 bytes where there was room for 16384", output =>
        {
            output.BeginRow();
            output.Commit(16385);
        });
        Refuses("an encoder kept -1 bytes where there was room for 16384", output =>
        {
            output.BeginRow();
            output.Commit(-1);
        });
    }

    [Fact]
    public void Behind_the_last_row_there_is_none() => Refuses("an encoder wrote more rows than it was given", output =>
    {
        for (int i = 0; i < 4; i++)
        {
            Row(output, "a");
        }
    });

    private static void Row(OutputBuffer output, string text)
    {
        output.BeginRow();
        output.Write(Encoding.UTF8.GetBytes(text));
        output.EndRow();
    }

    private void Refuses(string message, Action<OutputBuffer> act)
    {
        Assert.Equal(message, Assert.Throws<InvalidOperationException>(() => Encode(act)).Message);
        _lane.EndPayload(0, PayloadMarks.None, -1, []); // no row of the output itself is open
        Assert.True(_ring.Ring.WaitForItem());
        _ring.Ring.Release();
    }

    private List<string> Encode(Action<OutputBuffer> act)
    {
        _lane.BeginPayload(0);
        _messages.Encode(new Acting(act), _batch, [1UL << 3, 1UL | (1UL << 63)], _lane);
        _lane.EndPayload(0, PayloadMarks.None, -1, []);
        Assert.True(_ring.Ring.WaitForItem());
        ReadOnlySpan<byte> bytes = _ring.Ring.Item.Bytes;
        var messages = new List<string>();
        while (MessageFrame.TryRead(bytes, out MessageFrame frame, out int length))
        {
            messages.Add(Encoding.UTF8.GetString(frame.Key) + "=" + Encoding.UTF8.GetString(frame.Value));
            bytes = bytes[length..];
        }

        _ring.Ring.Release();
        return messages;
    }

    private sealed class Acting(Action<OutputBuffer> act) : DataStream.Formats.Encoder
    {
        public override void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output) => act(output);
    }
}
