using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Host.Terminal;
using DataStream.Runtime;
using Microsoft.Extensions.Logging;

namespace DataStream.Host.Commands;

/// <summary>What every run needs of the runtime and of libraries, used for the first time on a thread of its own while the command line is read and the plan is made.</summary>
internal static class EarlyStart
{
    /// <summary>Returns at once.</summary>
    public static void Begin() => new Thread(Make) { IsBackground = true, Name = "early start" }.Start();

    private static void Make()
    {
        try
        {
            _ = YamlReader.Read("", "a: [b]"u8, new ConfigErrors());
            ColdPaths.Touch();
            Tell();
        }
        catch (Exception)
        {
            // The run needs the same, and tells what is wrong with it.
        }
    }

    /// <summary>A warning as at a run's start and the line at its end, to nobody.</summary>
    private static void Tell()
    {
        using var log = new StderrLog(TextWriter.Null, []);
        ProcessorLog.Advice(log.CreateLogger("DataStream"), "");
        Summary.Write(new RunReport { Ledger = new Ledger(1, 1, 0, 0, 0, 0, 0, 0, 0), RowsOut = new Dictionary<string, long> { ["main"] = 1 }, Affinity = [[0]], Stages = [new StageReport("", 1, 1, 0)] }, TextWriter.Null, null);
    }
}
