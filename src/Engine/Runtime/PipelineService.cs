using System;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Flow;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DataStream.Runtime;

/// <summary>Starts a pipeline with its host and drains it when the host stops.</summary>
internal sealed partial class PipelineService(DataStreamProcessor processor, string name, ILogger? logger) : IHostedService
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private Task? _watch;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A configuration that cannot run throws here, and the host does not start.
        Task<RunReport> run = processor.StartAsync(new RunRequest(), CancellationToken.None);
        _watch = Watch(run);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        processor.Stop();
        if (_watch is not null)
        {
            await _watch.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    [LoggerMessage(10, LogLevel.Error, "pipeline '{Name}' ended with {Code}: {Message}")]
    private static partial void Failed(ILogger logger, string name, int code, string message);

    [LoggerMessage(11, LogLevel.Information, "pipeline '{Name}' completed in {Seconds:0.0} s, events: {Events}")]
    private static partial void Completed(ILogger logger, string name, long events, double seconds);

    private async Task Watch(Task<RunReport> run)
    {
        RunReport report = await run.ConfigureAwait(false);
        if (report.ExitCode == ExitCode.Done)
        {
            Completed(_logger, name, report.EventsIn, report.ElapsedSeconds);
        }
        else
        {
            Failed(_logger, name, report.ExitCode, report.Message);
        }
    }
}
