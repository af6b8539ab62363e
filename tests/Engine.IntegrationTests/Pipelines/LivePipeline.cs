using System;
using System.Collections.Concurrent;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Kafka;
using DataStream.Runtime;
using DataStream.Tests.Host;
using Microsoft.Extensions.Logging;

namespace DataStream.IntegrationTests.Pipelines;

/// <summary>A pipeline in the tests' process, watched while it goes on.</summary>
public sealed class LivePipeline : ILogger, IAsyncDisposable
{
    private readonly Scratch _scratch = new();
    private Task<RunReport>? _run;

    public LivePipeline(string settings)
    {
        Processor = DataStreamProcessor.Create(Config.Config.Load(_scratch.Write("pipeline.yaml", settings)), this);
        Processor.Catalog.TryAddConnector(new KafkaConnector());
    }

    public DataStreamProcessor Processor { get; }

    /// <summary>What the log was told.</summary>
    public ConcurrentQueue<string> Words { get; } = new();

    public LivePipeline Start()
    {
        _run = Processor.StartAsync(new RunRequest());
        return this;
    }

    /// <summary>Waits for its end.</summary>
    public Task<RunReport> Run => _run ?? throw new InvalidOperationException("it was not started");

    public async Task<RunReport> StopAsync()
    {
        Processor.Stop();
        return await Run;
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        ArgumentNullException.ThrowIfNull(formatter);
        Words.Enqueue(formatter(state, exception));
    }

    public async ValueTask DisposeAsync()
    {
        await Processor.DisposeAsync();
        _scratch.Dispose();
    }
}
