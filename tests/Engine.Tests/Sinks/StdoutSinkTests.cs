using System;
using System.IO.Pipes;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Sinks;
using Xunit;

namespace DataStream.Tests.Sinks;

public sealed class StdoutSinkTests
{
    [Fact]
    public async Task Bytes_arrive_as_they_are()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "descriptors are Unix's");
        await using var reader = new AnonymousPipeServerStream(PipeDirection.In);
        using var sink = new StdoutSink((int)reader.ClientSafePipeHandle.DangerousGetHandle());
        sink.Open();
        sink.Write("a"u8);
        sink.Write("b\n"u8);
        sink.Complete();
        var bytes = new byte[3];
        await reader.ReadExactlyAsync(bytes, TestContext.Current.CancellationToken);
        Assert.Equal("ab\n"u8.ToArray(), bytes);
    }

    [Fact]
    public void A_reader_that_went_away_is_told_from_a_failure()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "descriptors are Unix's");
        using var reader = new AnonymousPipeServerStream(PipeDirection.In);
        using var writer = new AnonymousPipeClientStream(PipeDirection.Out, new Microsoft.Win32.SafeHandles.SafePipeHandle(reader.ClientSafePipeHandle.DangerousGetHandle(), false));
        using var sink = new StdoutSink((int)writer.SafePipeHandle.DangerousGetHandle());
        sink.Open();

        // Only the reading end is closed: the client's handle is the sink's.
        reader.SafePipeHandle.Dispose();
        sink.Write("a"u8);
        Assert.Throws<BrokenPipeException>(sink.Flush);
        Assert.Throws<BrokenPipeException>(() => sink.Write(new byte[100_000]));
    }

    [Fact]
    public void A_descriptor_that_is_not_open_is_74()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "descriptors are Unix's");
        using var sink = new StdoutSink(1_000_000);
        sink.Open();
        sink.Write("a"u8);
        StopException fault = Assert.Throws<StopException>(sink.Complete);
        Assert.Equal(ExitCode.InputOutput, fault.Code);
        Assert.Contains("'stdout'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("(errno 9)", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stdout", typeof(StdoutSink), "stdout")]
    [InlineData("null:", typeof(NullSink), "null")]
    [InlineData("file:out.csv", typeof(FileSink), "out.csv")]
    public void Outputs_are_made_by_their_scheme(string text, Type type, string name)
    {
        Assert.True(EndpointUri.TryParseOutput(text, out EndpointUri uri, out _));
        using Sink sink = Targets.Make(uri);
        Assert.IsType(type, sink);
        Assert.Equal(name, sink.Name);
    }

    [Fact]
    public void Memory_keeps_what_came()
    {
        using var sink = new MemorySink();
        sink.Open();
        sink.Write("ab"u8);
        sink.Write("c"u8);
        Assert.False(sink.IsCompleted);
        sink.Complete();
        Assert.True(sink.IsCompleted);
        Assert.Equal("abc", sink.Text);
    }
}
