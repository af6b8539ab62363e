using System;
using System.CommandLine;
using System.CommandLine.Invocation;
using System.IO;
using System.Runtime.CompilerServices;
using DataStream.Flow;
using DataStream.Host.Commands;
using DataStream.Host.Terminal;

namespace DataStream.Host;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments is ["run" or "batch", ..])
        {
            if (!ManagedBuild.IsElsewhere) // they wait there until it is clear who takes them (start.c)
            {
                Signals.Listen();
            }

            EarlyStart.Begin();
        }

        return Execute(arguments, StandardText.Open(1), StandardStream.IsOpen(2) ? new ErrorStream(StandardText.Open(2)) : TextWriter.Null);
    }

    /// <summary>The whole program: exit codes are the contract's, answers go to <paramref name="output"/>, everything else to <paramref name="error"/>.</summary>
    /// <remarks>Never inlined: what it needs of libraries is then loaded after the signals are listened to, and no moment earlier than that can be seen from outside.</remarks>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static int Execute(string[] arguments, TextWriter output, TextWriter error)
    {
        try
        {
            ParseResult parsed = CommandLine.Parse(arguments, output, error);
            return parsed.Action is ParseErrorAction || UsageErrors.IsHelpOfUnknownCommand(parsed)
                ? UsageErrors.Show(parsed, error)
                : parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UsageException e)
        {
            error.WriteLine($"datastream: {e.Message}");
            return ExitCode.Configuration;
        }
        catch (StopException e)
        {
            error.WriteLine($"datastream: {e.Message}");
            return e.Code;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What the commands themselves read and write says so with its path; this is what they print.
            error.WriteLine($"datastream: the standard output cannot be written: {e.Message}");
            return ExitCode.InputOutput;
        }
        catch (Exception e)
        {
            error.WriteLine($"datastream: internal error, please report it: {e}");
            return ExitCode.Internal;
        }
    }
}
