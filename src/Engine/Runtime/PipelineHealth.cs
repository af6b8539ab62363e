using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DataStream.Runtime;

/// <summary>Healthy while the pipeline runs or has completed; unhealthy when it failed or its ledger does not balance.</summary>
internal sealed class PipelineHealth(DataStreamProcessor processor) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        PipelineStatus status = processor.GetStatus();
        var data = new Dictionary<string, object>
        {
            ["state"] = status.State.ToString(),
            ["events_in"] = status.Ledger.In,
            ["dead"] = status.Ledger.Dead,
            ["imbalance"] = status.Ledger.Imbalance,
        };
        HealthCheckResult result = status.Ledger.Imbalance != 0 ? HealthCheckResult.Unhealthy("the ledger does not balance", data: data)
            : status.State == PipelineState.Failed ? HealthCheckResult.Unhealthy("the pipeline failed; see its log", data: data)
            : status.State == PipelineState.Created ? HealthCheckResult.Degraded("the pipeline has not started", data: data)
            : HealthCheckResult.Healthy(data: data);
        return Task.FromResult(result);
    }
}
