using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Plans;
using DataStream.Runtime;
using DataStream.Sinks;
using Xunit;

namespace DataStream.Tests.Pipelines;

/// <summary>Outputs of messages do not look for records that pass: each row is written alone there, so that the look would be all there is to it.</summary>
public sealed class PassedMessagesTests
{
    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    public async Task Messages_have_the_bytes_of_a_files_rows_and_nothing_is_told_to_pass(string type)
    {
        using var folder = new ScratchFolder();
        var records = new StringBuilder(type == "csv" ? "t,k,v,n\n" : "");
        for (int i = 0; i < 3_000; i++)
        {
            DateTime time = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMilliseconds(i);
            records.AppendFormat(CultureInfo.InvariantCulture, type == "csv" ? "{0:yyyy-MM-ddTHH:mm:ss.fffZ},device-{1},{2},{1}\n" : "{{\"t\":\"{0:yyyy-MM-ddTHH:mm:ss.fffZ}\",\"k\":\"device-{1}\",\"v\":{2},\"n\":{1}}}\n", time, i % 7, i / 4m);
        }

        folder.Write("in", records.ToString());
        string yaml = $$"""
            stream_settings:
              stream_input: "file:{DIR}/in"
              stream_output: {main: "kafka://nowhere:9092/topic", copy: {uri: "file:{DIR}/out", where: "n >= 0"} }
              input_format: {{type}}
              output_format: {{type}}
              schema: {t: timestamp, k: text, v: float64, n: int64}
            modules:
              - {module_name: some, module_class: filter, where: "n != 3"}
              - {module_name: more, module_class: map, set: {w: "v * 2"} }
            """;
        var topic = new Topic();
        RunReport report = await PipelineTester.Run(folder, yaml, processor => Assert.True(processor.Catalog.TryAddConnector(topic)));
        Assert.True(report.ExitCode == 0, report.Message);
        string[] rows = File.ReadAllLines(folder["out"])[(type == "csv" ? 1 : 0)..];
        Assert.Equal(2571, rows.Length);
        Assert.Equal(rows, topic.Values());
        Assert.True(topic.Encoders > 0);
        Assert.Equal(0, topic.Passes);
    }

    /// <summary>What takes messages, and keeps them.</summary>
    private sealed class Topic : Connector
    {
        private readonly List<byte> _frames = [];

        public int Encoders { get; private set; }

        public int Passes { get; private set; }

        public override string Scheme => "kafka";

        public override ConnectorInput? BindInput(EndpointConfig input, PipelineConfig config, ConfigErrors errors) => throw new NotSupportedException();

        public override ConnectorOutput? BindOutput(OutputConfig output, PipelineConfig config, ConfigErrors errors) => new Output(this);

        public List<string> Values()
        {
            var values = new List<string>();
            for (ReadOnlySpan<byte> rest = _frames.ToArray(); MessageFrame.TryRead(rest, out MessageFrame frame, out int length); rest = rest[length..])
            {
                values.Add(Encoding.UTF8.GetString(frame.Value));
            }

            return values;
        }

        private sealed class Output(Topic topic) : ConnectorOutput
        {
            public override long Bytes => 0;

            public override DataStream.Formats.Encoder CreateEncoder(Format format, IReadOnlyList<Field> fields)
            {
                topic.Encoders++;
                return new Watched(topic, base.CreateEncoder(format, fields));
            }

            public override Sink CreateSink() => new Kept(topic);
        }

        private sealed class Watched(Topic topic, DataStream.Formats.Encoder encoder) : DataStream.Formats.Encoder
        {
            public override void Encode(Batch batch, ReadOnlySpan<ulong> rows, OutputBuffer output) => encoder.Encode(batch, rows, output);

            internal override void Pass(int columns)
            {
                topic.Passes++;
                encoder.Pass(columns);
            }
        }

        private sealed class Kept(Topic topic) : Sink
        {
            public override string Name => "topic";

            public override void Open()
            {
            }

            public override void Write(ReadOnlySpan<byte> bytes) => topic._frames.AddRange(bytes);

            public override void Flush()
            {
            }

            public override void Complete()
            {
            }
        }
    }
}
