using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.InteropServices;
using System.Threading;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Host.Terminal;
using DataStream.Plans;
using DataStream.Runtime;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace DataStream.Host.Commands;

/// <summary>One run of <c>run</c> or <c>batch</c>: plan, log, signals, progress, summary, report, exit code.</summary>
internal sealed class RunSession(Plan plan, RunSettings settings, TextWriter error) : IDisposable
{
    private readonly PipelineRun _run = new(plan);
    private readonly StderrLog _log = new(error, plan.Config.LoggingLevels);
    private readonly IAnsiConsole? _terminal = OpenTerminal();
    private int _interrupts;

    /// <summary>Plans and runs; the exit code of the contract.</summary>
    public static int Execute(ConfigRequest request, RunSettings settings, TextWriter error)
    {
        if (Planning.Build(request, settings.MaxEvents, error) is not { } plan)
        {
            return ExitCode.Configuration;
        }

        using var session = new RunSession(plan, settings, error);
        return session.Run();
    }

    public void Dispose()
    {
        _run.Dispose();
        _log.Dispose();
    }

    private int Run()
    {
        ILogger log = _log.CreateLogger("DataStream");
        foreach (string warning in plan.Warnings)
        {
            ProcessorLog.Advice(log, warning);
        }

        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using Timer? limit = settings.DurationMicroseconds is { } duration
            ? new Timer(_ => _run.Stop(), null, TimeSpan.FromMicroseconds(duration), Timeout.InfiniteTimeSpan)
            : null;
        RunReport report = Work();
        foreach (string notice in _run.Notices)
        {
            ProcessorLog.Advice(log, notice);
        }

        ProcessorLog.Report(log, report, hasSummary: true);
        return Finish(report);
    }

    private RunReport Work()
    {
        using ProgressDisplay? progress = _terminal is not null && settings.ShowsProgress && !WritesToTheTerminal()
            ? new ProgressDisplay(_terminal, _run.Status)
            : null;
        try
        {
            return _run.Execute();
        }
        catch (Exception e)
        {
            // Nothing more is committed; what is known is reported.
            return Broken(e is StopException stop ? stop.Code : ExitCode.Internal, e is StopException ? e.Message : $"internal error, please report it: {e}");
        }
    }

    /// <summary>Says what went wrong and what was done, and writes the report.</summary>
    private int Finish(RunReport report)
    {
        if (report.Message.Length > 0)
        {
            error.WriteLine($"datastream: {report.Message}");
        }

        Summary.Write(report, error, _terminal);
        return WriteReport(report) || report.ExitCode != ExitCode.Done ? report.ExitCode : ExitCode.InputOutput;
    }

    private bool WriteReport(RunReport report)
    {
        if (settings.Report is null)
        {
            return true;
        }

        try
        {
            if (Path.GetDirectoryName(settings.Report) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            using FileStream file = File.Create(settings.Report);
            ReportJson.Write(report, file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            error.WriteLine($"datastream: the report cannot be written to '{settings.Report}': {e.Message}");
            return false;
        }
    }

    /// <summary>The first signal ends the input and drains; the second ends the process.</summary>
    private void Interrupt(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _interrupts) == 1)
        {
            _run.Stop();
            return;
        }

        RunReport report = Broken(ExitCode.Interrupted, "interrupted twice: what was not written is in flight");
        _ = Finish(report);
        error.Flush();
        Environment.Exit(ExitCode.Interrupted);
    }

    /// <summary>A report of what is known, where the run could not give its own: what lanes were done with and writers were not is in flight.</summary>
    private RunReport Broken(int code, string message)
    {
        PipelineStatus status = _run.Status();
        Ledger ledger = status.Ledger;
        return new RunReport
        {
            ExitCode = code,
            Message = message,
            ConfigHash = plan.Config.Hash,
            ElapsedSeconds = status.Elapsed.TotalSeconds,
            BytesIn = status.BytesIn,
            EventsPerSecond = status.EventsPerSecond,
            Threads = plan.Lanes,
            Ledger = ledger with { In = ledger.In + status.Lag, InFlight = ledger.InFlight + status.Lag },
            RowsOut = status.RowsOut,
            Stages = status.Stages,
        };
    }

    private bool WritesToTheTerminal() => !Console.IsOutputRedirected && plan.Outputs.Any(o => o.Uri is "stdout" or "stdout:");

    /// <summary>stderr as a terminal, or null where it is redirected.</summary>
    private static IAnsiConsole? OpenTerminal() => Console.IsErrorRedirected
        ? null
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}
