using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Modules;
using DataStream.Runtime;
using DataStream.Tests.Sources;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>Modules and formats of a program that do what they must not: the run ends with 70, the stage's name and the program's exception, and no memory is read that is not theirs.</summary>
public sealed class ForeignStageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_module_that_throws_is_named(int lanes)
    {
        RunReport report = await Run(new Foreign { Does = (_, _) => throw new InvalidDataException("theirs") }, lanes);
        Assert.Equal("'mine' (Modules[0]) threw InvalidDataException: theirs", report.Message);
        Assert.IsType<InvalidDataException>(report.Cause);
    }

    [Fact]
    public async Task A_keyed_module_that_throws_on_an_owning_lane_is_named()
    {
        RunReport report = await Run(new Foreign { Does = (_, batch) => Fail(batch.Count > 0), Kept = Scope.Keyed }, 3);
        Assert.Equal("'mine' (Modules[0]) threw InvalidDataException: theirs", report.Message);
        Assert.IsType<InvalidDataException>(report.Cause);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(1)]
    public async Task A_module_that_changes_the_number_of_rows_ends_the_run(int count)
    {
        RunReport report = await Run(new Foreign { Does = (_, batch) => batch.SetCount(batch.Count == 0 ? 0 : count) }, 1);
        Assert.Equal($"'mine' (Modules[0]) changed the number of rows of a batch from 3 to {count}: a module takes rows out with Drop or Kill, and adds none", report.Message);
        Assert.Equal((0, 0), (report.Ledger.Imbalance, report.Ledger.Out));
    }

    [Theory]
    [InlineData(1 << 30, 5)]
    [InlineData(0, int.MaxValue)]
    [InlineData(0, -1)]
    [InlineData(-1, 1)]
    [InlineData(int.MinValue, int.MaxValue)]
    public async Task A_text_that_lies_nowhere_is_never_read(int offset, int length)
    {
        RunReport report = await Run(new Foreign { Does = (module, batch) => module.Write(batch, new Text(offset, length)) }, 1);
        Assert.Equal($"'mine' (Modules[0]) made a text that lies neither in the payload nor in the batch's Arena: {length} bytes at {offset}, in row 0", report.Message);
    }

    [Fact]
    public async Task Texts_of_the_arena_and_of_dropped_rows_are_no_matter()
    {
        RunReport report = await Run(new Foreign
        {
            Does = (module, batch) =>
            {
                module.Write(batch, batch.Arena.Append("text"u8));
                foreach (int row in batch.Rows)
                {
                    if (row == 1)
                    {
                        batch.Whole<Text>(module.Ordinal)[row] = new Text(1 << 30, 1);
                        batch.Drop(row);
                    }
                }
            },
        }, 1);
        Assert.Equal((ExitCode.Done, ""), (report.ExitCode, report.Message));
        Assert.Equal(["{\"k\":\"a\",\"t\":\"text\"}", "{\"k\":\"c\",\"t\":\"text\"}"], File.ReadAllLines(_folder.At("out.ndjson")));
    }

    [Theory]
    [InlineData("text", "'decode' (Stream.Inputs[0]) made a text that lies neither in the payload nor in the batch's Arena: 9 bytes at 1073741824, in row 0")]
    [InlineData("throw", "'decode' (Stream.Inputs[0]) threw InvalidDataException: theirs")]
    [InlineData("stay", "'decode' (Stream.Inputs[0]): the decoder began at byte 0 of a payload of 6 and says that the next batch begins at 0")]
    [InlineData("leap", "'decode' (Stream.Inputs[0]): the decoder began at byte 0 of a payload of 6 and says that the next batch begins at 7")]
    [InlineData("encode", "'encode main' (Stream.Outputs[0].Uri) threw InvalidDataException: theirs")]
    [InlineData("keep too much", "'encode main' (Stream.Outputs[0].Uri) threw InvalidOperationException: an encoder kept 1048576 bytes where there was room for 262146")]
    [InlineData("keep less than nothing", "'encode main' (Stream.Outputs[0].Uri) threw InvalidOperationException: an encoder kept -1 bytes where there was room for 262146")]
    [InlineData("do not begin", "'encode main' (Stream.Outputs[0].Uri) threw InvalidOperationException: an encoder ended a row that it did not begin")]
    [InlineData("begin twice", "'encode main' (Stream.Outputs[0].Uri) threw InvalidOperationException: an encoder began a row before it ended the one before")]
    [InlineData("do not end", "'encode main' (Stream.Outputs[0].Uri) threw InvalidOperationException: an encoder did not end a row that it began")]
    [InlineData("begin nothing", "'encode main' (Stream.Outputs[0].Uri) threw InvalidOperationException: an encoder wrote outside of a row: BeginRow comes before Reserve and Commit")]
    [InlineData("keep outside", "'encode main' (Stream.Outputs[0].Uri) threw InvalidOperationException: an encoder wrote outside of a row: BeginRow comes before Reserve and Commit")]
    [InlineData("keep rows", "'encode main' (Stream.Outputs[0].Uri) threw InvalidOperationException: an encoder kept whole rows where it had no room for them")]
    [InlineData("end twice", "'encode main' (Stream.Outputs[0].Uri) threw InvalidOperationException: an encoder ended a row that it did not begin")]
    public async Task A_format_is_held_to_what_it_must_do(string does, string message)
    {
        File.WriteAllText(_folder.At("in.txt"), "a\nb\nc\n");
        await using var processor = DataStreamProcessor.Create(new PipelineConfig
        {
            Stream = new StreamSettings { Inputs = [new("file:" + _folder.At("in.txt"))], InputFormat = new("odd"), Outputs = [new("main", "file:" + _folder.At("out.txt")) { Format = new("odd") }] },
            Tuning = new PerformanceTuning { Threads = 1, CpuAffinity = [] },
        });
        Assert.True(processor.RegisterFormat("odd", _ => new OddFormat(does)));
        RunReport report = await processor.StartAsync(new RunRequest(), Cancellation);
        Assert.Equal((ExitCode.Internal, message), (report.ExitCode, report.Message));
        Assert.Equal(0, report.Ledger.Imbalance);
    }

    private static void Fail(bool now)
    {
        if (now)
        {
            throw new InvalidDataException("theirs");
        }
    }

    private async Task<RunReport> Run(Foreign module, int lanes)
    {
        File.WriteAllLines(_folder.At("in.ndjson"), ["{\"k\":\"a\"}", "{\"k\":\"b\"}", "{\"k\":\"c\"}"]);
        await using var processor = DataStreamProcessor.Create(new PipelineConfig
        {
            Stream = new StreamSettings
            {
                Inputs = [new("file:" + _folder.At("in.ndjson"))], InputFormat = new("json"), Schema = [new("k", "text")],
                Outputs = [new("main", "file:" + _folder.At("out.ndjson")) { Format = new("json") }],
            },
            Modules = [new("mine", "mine")],
            Tuning = new PerformanceTuning { Threads = lanes, CpuAffinity = [] },
        });
        processor.RegisterModule("mine", _ => module.Another());
        return await processor.StartAsync(new RunRequest(), Cancellation);
    }

    private sealed class Foreign : Module
    {
        private Field[] _key = [];

        public required Action<Foreign, Batch> Does { get; init; }

        public Scope Kept { get; init; }

        public int Ordinal { get; private set; }

        public override Scope Scope => Kept;

        public override IReadOnlyList<Field>? Key => _key;

        public Foreign Another() => new() { Does = Does, Kept = Kept };

        public override void Bind(Schema schema)
        {
            schema.Text("k");
            _key = [schema.Fields.First(f => f.Name == "k")];
            Ordinal = schema.AddText("t").Ordinal;
        }

        public override void Process(Batch batch) => Does(this, batch);

        public void Write(Batch batch, Text text)
        {
            foreach (int row in batch.Rows)
            {
                batch.Whole<Text>(Ordinal)[row] = text;
                batch.SetValid(Ordinal, row);
            }
        }
    }

    private sealed class OddFormat(string does) : Format
    {
        public override string Name => "odd";

        public override IReadOnlyList<DecodeField> DefaultFields => [new("t", ColumnType.Text, 0)];

        public override FormatReading CreateReading(DecodePlan plan) => new OddReading(plan, does);

        public override Encoder CreateEncoder(IReadOnlyList<Field> fields) => new OddEncoder(does);
    }

    private sealed class OddReading(DecodePlan plan, string does) : FormatReading
    {
        public override RecordCutter CreateCutter() => new LineCutter(plan.MaxRecordSize);

        public override Decoder CreateDecoder() => new OddDecoder(does);
    }

    private sealed class OddDecoder(string does) : Decoder
    {
        public override int Decode(in Payload payload, int offset, Batch batch)
        {
            Fail(does == "throw");
            batch.SetCount(1);
            batch.WholeRecords[0] = new Text(0, 1);
            batch.Whole<Text>(0)[0] = does == "text" ? new Text(1 << 30, 9) : new Text(0, 1);
            batch.SetValid(0, 0);
            return does == "stay" ? offset : does == "leap" ? payload.Length + 1 : payload.Length;
        }
    }

    private sealed class OddEncoder(string does) : Encoder
    {
        public override void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output)
        {
            Fail(does == "encode");
            switch (does)
            {
                case "do not begin":
                    output.EndRow();
                    return;
                case "begin nothing":
                    output.Reserve(8)[0] = 1;
                    return;
                case "keep outside":
                    output.Commit(0);
                    return;
                case "keep rows":
                    output.CommitRows(1, 0);
                    return;
            }

            for (int i = 0; i < (does == "begin twice" ? 2 : 1); i++)
            {
                output.BeginRow();
            }

            output.Reserve(8);
            output.Commit(does switch { "keep too much" => 1 << 20, "keep less than nothing" => -1, _ => 0 });
            if (does == "do not end")
            {
                return;
            }

            output.EndRow();
            if (does == "end twice")
            {
                output.EndRow();
            }
        }
    }
}
