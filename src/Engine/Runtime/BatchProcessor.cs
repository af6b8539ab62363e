using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using Microsoft.Extensions.Logging;

namespace DataStream.Runtime;

/// <summary>Runs a pipeline over files as bounded input; event time comes from the data alone.</summary>
public static class BatchProcessor
{
    /// <param name="config">The pipeline; its input is replaced.</param>
    /// <param name="files">Paths and globs, read in the order given as one partition.</param>
    /// <param name="logger">Where advice goes.</param>
    /// <param name="stopping">Ends the input early.</param>
    /// <returns>The report, whatever its exit code.</returns>
    /// <exception cref="ConfigException">The configuration cannot run; all mistakes.</exception>
    public static async Task<BatchReport> RunAsync(PipelineConfig config, IReadOnlyList<string> files, ILogger? logger = null, CancellationToken stopping = default)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(files);
        if (files.Count == 0)
        {
            throw new ConfigException("stream_input: a batch needs at least one file");
        }

        PipelineConfig bounded = config with
        {
            Stream = config.Stream with { Inputs = [.. files.Select(f => new EndpointConfig("file:" + f) { Path = "stream_settings.stream_input" })] },
        };
        DataStreamProcessor processor = DataStreamProcessor.Create(bounded, logger);
        await using (processor.ConfigureAwait(false))
        {
            return new BatchReport(await processor.StartAsync(new RunRequest(), stopping).ConfigureAwait(false));
        }
    }
}
