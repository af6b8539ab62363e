using System;
using System.Collections.Generic;
using DataStream.Config;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DataStream.Runtime;

/// <summary>Pipelines as hosted services of a generic host.</summary>
public static class DataStreamHosting
{
    /// <summary>
    /// Adds a pipeline as an <see cref="IHostedService"/>, its processor as a keyed singleton of this name, and a health check of this name.
    /// The host's stop drains the pipeline; a pipeline that fails is unhealthy and logged.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="name">The pipeline's name.</param>
    /// <param name="configPath">Its YAML file.</param>
    /// <param name="configure">Registers modules and opens ingresses before the start.</param>
    public static IServiceCollection AddDataStream(this IServiceCollection services, string name, string configPath, Action<DataStreamProcessor>? configure = null) =>
        AddDataStream(services, name, _ => Config.Config.Load(configPath), configure);

    /// <summary>The same with a configuration made in code.</summary>
    public static IServiceCollection AddDataStream(this IServiceCollection services, string name, Func<IServiceProvider, PipelineConfig> config, Action<DataStreamProcessor>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(config);
        services.AddKeyedSingleton(name, (provider, _) =>
        {
            DataStreamProcessor processor = DataStreamProcessor.Create(config(provider), provider.GetService<ILoggerFactory>()?.CreateLogger("DataStream." + name));
            configure?.Invoke(processor);
            return processor;
        });
        services.AddSingleton<IHostedService>(provider => new PipelineService(
            provider.GetRequiredKeyedService<DataStreamProcessor>(name), name, provider.GetService<ILoggerFactory>()?.CreateLogger("DataStream." + name)));
        services.AddHealthChecks().Add(new HealthCheckRegistration(
            name, provider => new PipelineHealth(provider.GetRequiredKeyedService<DataStreamProcessor>(name)), HealthStatus.Unhealthy, ["datastream"]));
        return services;
    }
}
