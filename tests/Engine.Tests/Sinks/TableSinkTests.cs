using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats.Table;
using DataStream.Sinks;
using DataStream.Tests.Formats.Json;
using Xunit;
using Encoder = DataStream.Formats.Encoder;

namespace DataStream.Tests.Sinks;

public sealed class TableSinkTests
{
    [Fact]
    public void Columns_are_aligned_under_a_header_and_a_rule_numbers_to_the_right()
    {
        Assert.Equal(
            """
            device  count  mean
            ------  -----  ----
            a          12  3.25
            bé😀b       7  NULL
                       10    -0

            """,
            Show(["<device", ">count", ">mean"], [["a", "12", "3.25"], ["bé😀b", "7", "NULL"], ["", "10", "-0"]]));
    }

    [Fact]
    public void Without_rows_there_is_a_header_and_without_a_header_nothing()
    {
        Assert.Equal("a  long name\n-  ---------\n", Show(["<a", ">long name"], []));
        using var target = new TextSink();
        using var sink = new TableSink(target, isLive: false);
        sink.Complete();
        Assert.Equal("", target.Text);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_how_they_arrive_nor_on_flushes()
    {
        var random = new Random(5);
        string[][] rows = [.. Enumerable.Range(0, 2000).Select(_ => new[] { new string('x', random.Next(100)), random.Next(100_000).ToString(System.Globalization.CultureInfo.InvariantCulture) })];
        string whole = Show(["<t", ">n"], rows);
        byte[] bytes = Encoding.UTF8.GetBytes(Lines(["<t", ">n"], rows));
        using var target = new TextSink();
        using var sink = new TableSink(target, isLive: false);
        for (int at = 0; at < bytes.Length;)
        {
            int length = Math.Min(bytes.Length - at, random.Next(300));
            sink.Write(bytes.AsSpan(at, length));
            sink.Flush();
            at += length;
        }

        sink.Complete();

        Assert.Equal(whole, target.Text);
        Assert.True(target.IsComplete);
        Assert.Equal(2002, whole.Count(c => c == '\n'));
    }

    [Fact]
    public void A_pause_shows_what_there_is_where_a_person_watches()
    {
        using var target = new TextSink();
        using var sink = new TableSink(target, isLive: true);
        sink.Write(Encoding.UTF8.GetBytes(Lines(["<t", ">n"], [["a", "1"]])));
        Assert.Equal("", target.Text);
        sink.Flush();
        Assert.Equal("t  n\n-  -\na  1\n", target.Text);
        sink.Write("longer\u001f22\n"u8);
        Assert.EndsWith("a  1\nlonger  22\n", target.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_behind_the_sample_go_through_at_once()
    {
        using var target = new TextSink();
        using var sink = new TableSink(target, isLive: false);
        sink.Write(Encoding.UTF8.GetBytes(Lines(["<t"], [.. Enumerable.Repeat(new[] { "x" }, TableSink.SampleRows)])));
        Assert.Equal(TableSink.SampleRows + 2, target.Text.Count(c => c == '\n'));
        sink.Write("y\n"u8);
        Assert.EndsWith("x\ny\n", target.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_encoder_writes_cells_in_which_nothing_can_harm_a_terminal()
    {
        using var batch = new Batch([ColumnType.Text, ColumnType.Float64, ColumnType.Timestamp, ColumnType.Bool], 64, new TextArena(_ => { }));
        batch.SetCount(2);
        for (int column = 0; column < 4; column++)
        {
            batch.WholeValidity(column)[0] = 1;
        }

        batch.Whole<Text>(0)[0] = batch.Arena.Append([.. "a\u001b[31m\u0085\n\u001f"u8, 0xFF]);
        batch.Whole<double>(1)[0] = 1.5;
        batch.Whole<Timestamp>(2)[0] = default;
        batch.Whole<bool>(3)[0] = true;
        var format = new TableFormat(new Settings("format 'table'", Place.Code, new ConfigMap { { "decimals", 3L } }, new ConfigErrors()));
        Encoder encoder = format.CreateEncoder(
            [new Field("text\n", ColumnType.Text, 0), new Field("number", ColumnType.Float64, 1), new Field("time", ColumnType.Timestamp, 2), new Field("flag", ColumnType.Bool, 3)]);
        var output = new MemoryOutput();

        encoder.Header(output);
        encoder.Encode(batch, batch.Selection, output);

        Assert.Equal(
            "<text\\n\u001f>number\u001f<time\u001f<flag\na\\u001b[31m\\u0085\\n\\u001f\uFFFD\u001f1.500\u001f1970-01-01T00:00:00.000Z\u001ftrue\nNULL\u001fNULL\u001fNULL\u001fNULL\n",
            output.Text);
        Assert.Equal(1, encoder.ReplacedSequences);
        Assert.False(format.CanRead);
    }

    private static string Show(string[] header, string[][] rows)
    {
        using var target = new TextSink();
        using var sink = new TableSink(target, isLive: false);
        sink.Open();
        sink.Write(Encoding.UTF8.GetBytes(Lines(header, rows)));
        sink.Complete();
        return target.Text;
    }

    private static string Lines(string[] header, IEnumerable<string[]> rows) => string.Concat(rows.Prepend(header).Select(r => string.Join('\u001f', r) + "\n"));

    private sealed class TextSink : Sink
    {
        private readonly StringBuilder _text = new();

        public override string Name => "memory";

        public string Text => _text.ToString();

        public bool IsComplete { get; private set; }

        public override void Open()
        {
        }

        public override void Write(ReadOnlySpan<byte> bytes) => _text.Append(Encoding.UTF8.GetString(bytes));

        public override void Flush()
        {
        }

        public override void Complete() => IsComplete = true;
    }
}
