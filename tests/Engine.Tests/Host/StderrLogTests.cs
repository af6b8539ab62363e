using System;
using System.Collections.Generic;
using System.IO;
using DataStream.Host.Terminal;
using Microsoft.Extensions.Logging;
using Xunit;

namespace DataStream.Tests.Host;

public sealed class StderrLogTests
{
    [Theory]
    [InlineData("info", LogLevel.Information, true)]
    [InlineData("info", LogLevel.Debug, false)]
    [InlineData("trace", LogLevel.Trace, true)]
    [InlineData("error", LogLevel.Warning, false)]
    [InlineData("critical", LogLevel.Critical, true)]
    [InlineData("none", LogLevel.Critical, false)]
    public void A_level_lets_pass_itself_and_what_is_graver(string least, LogLevel level, bool passes)
    {
        using var target = new StringWriter();
        using var log = new StderrLog(target, new Dictionary<string, string> { [""] = least });
        log.CreateLogger("DataStream").Log(level, "said");
        Assert.Equal(passes, target.ToString().Contains("DataStream: said", StringComparison.Ordinal));
    }

    [Fact]
    public void The_longest_category_that_fits_gives_the_level()
    {
        using var target = new StringWriter();
        using var log = new StderrLog(target, new Dictionary<string, string> { [""] = "error", ["DataStream"] = "warning", ["DataStream.Sources"] = "debug" });
        log.CreateLogger("DataStream.Sources.FileSource").LogDebug("one");
        log.CreateLogger("DataStream.Sinks").LogInformation("two");
        log.CreateLogger("DataStreamer").LogWarning("three");
        Assert.Contains("one", target.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("two", target.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("three", target.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_stays_on_its_line()
    {
        using var target = new StringWriter();
        using var log = new StderrLog(target, []);
        log.CreateLogger("X").LogWarning("a\nb\u001b[2J");
        Assert.EndsWith(@"warning X: a\nb\x1b[2J", target.ToString().TrimEnd(), StringComparison.Ordinal);
    }
}
