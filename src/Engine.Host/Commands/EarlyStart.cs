using System;
using System.Threading;
using DataStream.Config;
using DataStream.Runtime;

namespace DataStream.Host.Commands;

/// <summary>What every run needs of the runtime and of libraries before its first payload, made on a thread of its own while the command line is read.</summary>
internal static class EarlyStart
{
    /// <summary>Returns at once.</summary>
    public static void Begin() => new Thread(Make) { IsBackground = true, Name = "early start" }.Start();

    private static void Make()
    {
        try
        {
            // The first use of YamlDotNet compiles a regular expression.
            _ = YamlReader.Read("", "a: [b]"u8, new ConfigErrors());
            ColdPaths.Touch();
        }
        catch (Exception)
        {
            // The run needs the same, and tells what is wrong with it.
        }
    }
}
