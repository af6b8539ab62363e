using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using DataStream.Batches;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Rings;
using DataStream.Runtime;
using DataStream.Sources;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>Readers give their blocks for slots' while lanes read what they gave: nobody's bytes become another's.</summary>
public sealed class ReaderTests
{
    private const int PayloadSize = 4096;
    private const int BlockSize = PayloadSize + 2;
    private const int LaneCount = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Each_payload_has_the_bytes_of_its_place_in_its_file(int readers)
    {
        string[] texts = [.. Enumerable.Range(0, readers).Select(reader => Lines(reader, longest: 300))];
        (List<Sent> sent, _) = Run(texts, mostAtOnce: 1500, () => new LineCutter(PayloadSize));
        Check(texts, sent);
        for (int reader = 0; reader < readers; reader++)
        {
            Assert.Equal(texts[reader], string.Concat(sent.Where(s => s.Source == $"{reader}").Select(s => s.Text)));
        }
    }

    /// <summary>Ends that lie beyond a block bring the larger buffer into play, and what follows goes by blocks again: all in turns, and beside other readers.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_record_without_an_end_in_a_block_goes_over_the_larger_buffer_and_the_next_ones_by_blocks_again(int readers)
    {
        string[] texts = [.. Enumerable.Range(0, readers).Select(reader => Lines(reader, longest: PayloadSize * 7 / 4))];
        (List<Sent> sent, int exchanges) = Run(texts, mostAtOnce: 3000, () => new WholeLines());
        Check(texts, sent);
        for (int reader = 0; reader < readers; reader++)
        {
            Assert.Equal(string.Concat(Split(texts[reader]).Select(Kept)), string.Concat(sent.Where(s => s.Source == $"{reader}").Select(s => s.Text)));
        }

        int longer = texts.Sum(text => Split(text).Count(line => line.Length > BlockSize));
        Assert.True(longer > 5 * readers, $"{longer} records are longer than a block");
        Assert.True(exchanges > sent.Count / 4, $"{exchanges} of {sent.Count} payloads came as blocks");
    }

    private static IEnumerable<string> Split(string text) => text.Split('\n')[..^1].Select(line => line + "\n");

    private static string Kept(string line) => line.Length > BlockSize ? line[..(PayloadSize + 1)] : line;

    private static void Check(string[] texts, List<Sent> sent)
    {
        Assert.Equal(Enumerable.Range(0, sent.Count).Select(n => (long)n), sent.Select(s => s.Number));
        foreach (Sent one in sent)
        {
            string text = texts[int.Parse(one.Source, null)];
            Assert.Equal(text.AsSpan((int)one.Offset, one.Text.Length).ToString(), one.Text);
            Assert.Equal(1 + text.AsSpan(0, (int)one.Offset).Count('\n'), one.Line);
        }
    }

    /// <summary>Lines that no other file has, and no other place of this one.</summary>
    private static string Lines(int reader, int longest)
    {
        var random = new Random(reader);
        var text = new StringBuilder();
        for (int line = 0; text.Length < 100 * PayloadSize; line++)
        {
            int length = random.Next(3) == 0 ? random.Next(longest) : random.Next(60);
            text.Append(reader).Append(':').Append(line).Append(' ').Append((char)('a' + (line % 26)), length).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Reads all texts at once; three lanes take what comes, and look at it twice.</summary>
    /// <returns>What was sent, in order, and how often a slot came back with other memory.</returns>
    private static (List<Sent> Sent, int Exchanges) Run(string[] texts, int mostAtOnce, Func<RecordCutter> newCutter)
    {
        PayloadRing[] rings = [.. Enumerable.Range(0, LaneCount).Select(_ => new PayloadRing(2, BlockSize, 0, WaitStrategy.Adaptive))];
        var state = new RunState();
        var dispatcher = new Dispatcher([.. rings.Select(r => r.Ring)], state, texts.Length, new Generation());
        Reader[] readers = [.. texts.Select((text, i) => new Reader(new MemorySource([($"{i}", Encoding.ASCII.GetBytes(text))], mostAtOnce), newCutter(), dispatcher, state, PayloadSize, 1000))];
        var sent = new List<Sent>[LaneCount];
        int exchanges = 0;
        int changedWhileRead = 0;
        Thread[] threads = [.. readers.Select(r => new Thread(r.Run)), .. Enumerable.Range(0, LaneCount).Select(lane => new Thread(() =>
        {
            Ring<Payload> ring = rings[lane].Ring;
            var memory = new nint[2];
            sent[lane] = [];
            for (int slot = 0; ring.WaitForItem(); slot = 1 - slot)
            {
                ref Payload payload = ref ring.Item;
                string text = Encoding.ASCII.GetString(payload.Bytes);
                if (text.Length > 0)
                {
                    sent[lane].Add(new Sent(payload.Number, Encoding.UTF8.GetString(state.SourceName(payload.Source)), payload.FirstOffset, payload.FirstLine, text));
                    nint known = memory[slot];
                    memory[slot] = AddressOf(in payload);
                    Interlocked.Add(ref exchanges, known != 0 && known != memory[slot] ? 1 : 0);
                }

                Thread.Yield();
                Interlocked.Add(ref changedWhileRead, Encoding.ASCII.GetString(payload.Bytes) == text ? 0 : 1);
                ring.Release();
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        Array.ForEach(readers, r => r.Dispose());
        Array.ForEach(rings, r => r.Dispose());
        Assert.Null(state.Failure);
        Assert.Equal(0, changedWhileRead);
        return ([.. sent.SelectMany(s => s).OrderBy(s => s.Number)], exchanges);
    }

    // Safe: the address is compared, and nothing read there.
    private static unsafe nint AddressOf(in Payload payload) => (nint)payload.Start;

    private sealed record Sent(long Number, string Source, long Offset, long Line, string Text);

    /// <summary>Lines that must be seen whole: of one that no slot has room for, the front is kept.</summary>
    private sealed class WholeLines : RecordCutter
    {
        public override void Begin(string source) => Line = 1;

        public override Cut Cut(ReadOnlySpan<byte> bytes, bool isFinal, int maxRecords, int maxLength)
        {
            int length = 0;
            for (int next; (next = bytes[length..].IndexOf((byte)'\n') + 1) > 0 && length + next <= maxLength; Line++)
            {
                length += next;
            }

            int first = bytes.IndexOf((byte)'\n') + 1;
            if (length > 0 || first == 0)
            {
                return new Cut(0, length, 0);
            }

            Line++;
            return new Cut(0, PayloadSize + 1, first - PayloadSize - 1);
        }
    }
}
