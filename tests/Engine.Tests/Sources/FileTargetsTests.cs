using System;
using System.Diagnostics;
using System.IO;
using DataStream.Config;
using DataStream.Sources;
using Xunit;

namespace DataStream.Tests.Sources;

public sealed class FileTargetsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("in.csv", "in.csv", true)]
    [InlineData("in.csv", "./x/../in.csv", true)]
    [InlineData("in.csv", "x/../../{0}/in.csv", true)]
    [InlineData("in.csv", "symbolic.csv", true)]
    [InlineData("in.csv", "linked/in.csv", true)]
    [InlineData("*.csv", "in.csv", true)]
    [InlineData("*.csv", "new.csv", true)]
    [InlineData("**/*.csv", "x/new/new.csv", true)]
    [InlineData("*.csv", "linked/new.csv", true)]
    [InlineData("in.csv", "new.csv", false)]
    [InlineData("*.csv", "new.txt", false)]
    [InlineData("*.csv", "x/new.csv", false)]
    [InlineData("none/*.csv", "x/new.csv", false)]
    public void An_output_that_is_an_input_is_found(string input, string output, bool overwritten)
    {
        _folder.Write("in.csv", "");
        _folder.Write("x/other.txt", "");
        File.CreateSymbolicLink(_folder.At("symbolic.csv"), _folder.At("in.csv"));
        Directory.CreateSymbolicLink(_folder.At("linked"), _folder.Path);
        output = string.Format(System.Globalization.CultureInfo.InvariantCulture, output, Path.GetFileName(_folder.Path));
        Assert.Equal(overwritten ? _folder.At(input) : null, FileTargets.Overwritten(_folder.UriOf(output), [_folder.UriOf("x/other.txt"), _folder.UriOf(input)]));
    }

    [Fact]
    public void A_hard_link_is_the_same_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "inodes are read on Linux");
        string path = _folder.Write("in.csv", "");
        using (Process link = Process.Start("ln", [path, _folder.At("hard.csv")]))
        {
            link.WaitForExit();
        }

        Assert.Equal(path, FileTargets.Overwritten(_folder.UriOf("hard.csv"), [_folder.UriOf("in.csv")]));
    }

    [Fact]
    public void A_device_may_be_read_and_written() =>
        Assert.Null(FileTargets.Overwritten(TemporaryFolder.Uri("/dev/null"), [TemporaryFolder.Uri("/dev/null")]));

    [Theory]
    [InlineData("a.csv", "a.csv", true)]
    [InlineData("a.csv", "x/../a.csv", true)]
    [InlineData("new/deep/a.csv", "new/./deep/a.csv", true)]
    [InlineData("there.csv", "link.csv", true)]
    [InlineData("to-come.csv", "dangling.csv", true)]
    [InlineData("a.csv", "b.csv", false)]
    [InlineData("there.csv", "a.csv", false)]
    public void Two_outputs_to_one_file_are_found(string one, string other, bool same)
    {
        _folder.Write("there.csv", "");
        File.CreateSymbolicLink(_folder.At("link.csv"), _folder.At("there.csv"));
        File.CreateSymbolicLink(_folder.At("dangling.csv"), _folder.At("to-come.csv"));
        Assert.Equal(same, FileTargets.Same(_folder.UriOf(one), _folder.UriOf(other)));
    }

    [Fact]
    public void Streams_are_shared_by_name()
    {
        EndpointUri stdout = Output("stdout");
        Assert.True(FileTargets.Same(stdout, Output("file:/dev/stdout")));
        Assert.False(FileTargets.Same(Output("null:"), Output("null:")));
        Assert.False(FileTargets.Same(Output("file:/dev/null"), Output("file:/dev/null")));
        Assert.False(FileTargets.Same(stdout, _folder.UriOf("a.csv")));
    }

    private static EndpointUri Output(string text)
    {
        Assert.True(EndpointUri.TryParseOutput(text, out EndpointUri uri, out string error), error);
        return uri;
    }

    [Fact]
    public void Inputs_of_one_stream_are_found_and_files_may_be_named_twice()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux tells a FIFO from a file");
        _folder.Write("in.csv", "");
        _folder.MakeFifo("pipe");
        File.CreateSymbolicLink(_folder.At("link"), _folder.At("pipe"));
        Assert.Equal((2, 0), FileTargets.SharedStream([_folder.UriOf("pipe"), _folder.UriOf("in.csv"), _folder.UriOf("link")]));
        Assert.Null(FileTargets.SharedStream([_folder.UriOf("in.csv"), _folder.UriOf("in.csv"), _folder.UriOf("pipe")]));
    }
}
