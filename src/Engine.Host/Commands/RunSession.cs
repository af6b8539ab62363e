using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Host.Terminal;
using DataStream.Plans;
using DataStream.Runtime;
using DataStream.Sources;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace DataStream.Host.Commands;

/// <summary>One run of <c>run</c> or <c>batch</c>: plan, log, signals, progress, summary, report, exit code.</summary>
internal sealed class RunSession(Plan plan, RunSettings settings, TextWriter error) : IDisposable
{
    // Short of the 30 s after which most supervisors kill: what is left is for looking, the writers' grace and the report.
    private static readonly TimeSpan s_drain = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2); // of a second signal that comes while the report is written

    private readonly PipelineRun _run = new(plan, ownsProcess: true);
    private readonly StderrLog _log = new(error, plan.Config.LoggingLevels);
    private readonly IAnsiConsole? _terminal = OpenTerminal();
    private readonly object _gate = new();
    private int? _code; // what the process ends with, once it is said

    /// <summary>Plans and runs; the exit code of the contract.</summary>
    public static int Execute(ConfigRequest request, RunSettings settings, TextWriter error)
    {
        if (Planning.Build(request, new RunRequest { MaxEvents = settings.MaxEvents ?? long.MaxValue }, error, runs: true) is not { } plan)
        {
            return ExitCode.Configuration;
        }

        if (settings.Report is not null)
        {
            RefuseToOverwrite(settings.Report, request.File, plan);
        }

        using var session = new RunSession(plan, settings, error);
        return session.Run();
    }

    public void Dispose()
    {
        _run.Dispose();
        _log.Dispose();
    }

    /// <summary>A report in the place of the configuration, an input or an output would destroy it.</summary>
    private static void RefuseToOverwrite(string report, string config, Plan plan)
    {
        if (!EndpointUri.TryParseOutput("file:" + report, out EndpointUri target, out string error))
        {
            throw new UsageException($"--report '{report}': {error}");
        }

        List<EndpointUri> read = [];
        foreach (string input in plan.Inputs.Select(i => i.Uri).Append("file:" + config))
        {
            if (EndpointUri.TryParseInput(input, out EndpointUri uri, out _))
            {
                read.Add(uri);
            }
        }

        if (FileTargets.Overwritten(target, read) is { } same)
        {
            throw new UsageException($"--report '{report}' would overwrite '{same}', which the run reads: name another file");
        }

        foreach (OutputPlan output in plan.Outputs)
        {
            if (EndpointUri.TryParseOutput(output.Uri, out EndpointUri uri, out _) && FileTargets.Same(target, uri))
            {
                throw new UsageException($"--report '{report}' is also the output '{output.Name}': name another file");
            }
        }
    }

    private int Run()
    {
        ILogger log = _log.CreateLogger("DataStream");
        foreach (string warning in plan.Warnings)
        {
            ProcessorLog.Advice(log, warning);
        }

        _run.Tell(warning => ProcessorLog.Advice(log, warning), message => ProcessorLog.News(log, message));
        using IDisposable signals = Signals.PassTo(Interrupt);
        using Deadline? limit = settings.DurationMicroseconds is { } duration ? new Deadline(duration / 1000, () => _run.Stop()) : null;
        RunReport report = Work();
        foreach (string notice in _run.Notices)
        {
            ProcessorLog.Advice(log, notice);
        }

        lock (_gate)
        {
            if (_code is null)
            {
                ProcessorLog.Report(log, report, hasSummary: true);
                _code = Finish(report);
            }

            return _code.Value;
        }
    }

    private RunReport Work()
    {
        using ProgressDisplay? progress = _terminal is { Profile.Capabilities.Ansi: true } && settings.ShowsProgress && !WritesToTheTerminal()
            ? new ProgressDisplay(_terminal, _run.Status)
            : null;
        try
        {
            return _run.Execute();
        }
        catch (Exception e)
        {
            // Nothing more is committed; what is known is reported.
            return e is StopException stop
                ? _run.Break(stop.Code, stop.Message)
                : _run.Break(ExitCode.Internal, $"internal error, please report it: {e.Message}", e);
        }
    }

    /// <summary>Says what went wrong and what was done, and writes the report.</summary>
    private int Finish(RunReport report)
    {
        if (report.Message.Length > 0)
        {
            error.WriteLine($"datastream: {Printable.Line(report.Message)}");
        }

        if (report.Cause is not null)
        {
            error.WriteLine(plan.Config.Secrets.Hide(report.Cause.ToString()));
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
            error.WriteLine($"datastream: the report: {Printable.Line(InputOutputFault.Of("write", settings.Report, e).Message)}");
            return false;
        }
    }

    /// <summary>The first signal ends the input and drains; the second ends the process.</summary>
    private void Interrupt(int number)
    {
        if (number == 1)
        {
            _run.Stop(s_drain);
            return;
        }

        // One of the two tells the end: the run that is over tells it itself, unless it cannot.
        if (!Monitor.TryEnter(_gate, s_patience))
        {
            Environment.Exit(ExitCode.Interrupted);
        }

        try
        {
            if (_code is not null)
            {
                return;
            }

            _code = ExitCode.Interrupted;
            _ = Finish(_run.Break(ExitCode.Interrupted, "interrupted twice: what was not written is in flight"));
            error.Flush();
        }
        finally
        {
            Monitor.Exit(_gate);
        }

        Environment.Exit(ExitCode.Interrupted);
    }

    private bool WritesToTheTerminal() => StandardText.IsTerminal(1) && plan.Outputs.Any(o => o.Uri is "stdout" or "stdout:");

    /// <summary>stderr as a terminal, or null where it is redirected.</summary>
    private static IAnsiConsole? OpenTerminal() => StandardText.IsTerminal(2) ? CreateTerminal() : null;

    /// <summary>Apart, so that the library is loaded only where there is a terminal.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IAnsiConsole CreateTerminal()
    {
        // Without a byte order mark, whatever the machine's locale says.
        Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        return AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    }
}
