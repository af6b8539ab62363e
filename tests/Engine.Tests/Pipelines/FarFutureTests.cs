using System.IO;
using System.Threading.Tasks;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Pipelines;

public sealed class FarFutureTests
{
    [Fact]
    public async Task Events_ahead_of_the_clock_are_counted_and_the_first_is_named()
    {
        using var folder = new ScratchFolder();
        File.WriteAllText(folder["in.csv"], "t\n2026-01-01T00:00:00Z\n9000-02-03T04:05:06Z\n9000-02-03T04:05:07Z\n");
        RunReport report = await PipelineTester.Run(folder, """
            stream_settings:
              stream_input: "file:{DIR}/in.csv"
              stream_output: "file:{DIR}/out.csv"
              schema: {t: timestamp}
              event_time: {field: t}
            """);
        Assert.Equal(2, report.FarFuture);
        Assert.EndsWith("in.csv:3 (9000-02-03T04:05:06Z)", report.FirstFarFuture, System.StringComparison.Ordinal);
        Assert.Equal(0, report.RowsShed["main"]);
    }
}
