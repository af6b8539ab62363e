using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.ExceptionServices;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Plans;
using Microsoft.Extensions.Logging;

namespace DataStream.Runtime;

/// <summary>The program's ends of <c>memory:</c> inputs and outputs, by name.</summary>
internal sealed class MemoryPorts
{
    private readonly Dictionary<string, IngressPort> _ingresses = [];
    private readonly Dictionary<string, EgressPort> _egresses = [];

    /// <summary>For the planner: the fields of the inputs.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<DecodeField>> Inputs => _ingresses.ToDictionary(i => i.Key, i => i.Value.Fields);

    /// <summary>For the planner: what the outputs are written in.</summary>
    public IReadOnlyDictionary<string, Format> Outputs => _egresses.ToDictionary(e => e.Key, e => e.Value.Format);

    /// <summary>For the planner: what the rings and channels take, by URI.</summary>
    public IReadOnlyDictionary<string, long> Bytes
    {
        get
        {
            Dictionary<string, long> bytes = _ingresses.ToDictionary(i => "memory:" + i.Key, i => i.Value.Bytes);
            foreach ((string name, EgressPort port) in _egresses)
            {
                bytes["memory:" + name] = port.Bytes + bytes.GetValueOrDefault("memory:" + name);
            }

            return bytes;
        }
    }

    public bool TryAdd(IngressPort port) => _ingresses.TryAdd(port.Name, port);

    public bool TryAdd(EgressPort port) => _egresses.TryAdd(port.Name, port);

    public IngressPort? Ingress(string? name) => name is null ? null : _ingresses.GetValueOrDefault(name);

    public EgressPort? Egress(OutputPlan output) =>
        output.Uri.StartsWith("memory:", StringComparison.Ordinal) ? _egresses.GetValueOrDefault(output.Uri["memory:".Length..]) : null;

    /// <summary>What the program opened and the configuration does not name, and the other way round.</summary>
    public void Check(PipelineConfig config, ConfigErrors errors)
    {
        Names([.. config.Stream.Inputs.Select(i => i.Uri)], _ingresses.Keys, "stream_settings.stream_input", "input", config, errors);
        Names([.. config.Stream.Outputs.Select(o => o.Uri)], _egresses.Keys, "stream_settings.stream_output", "output", config, errors);
        foreach (EndpointConfig input in config.Stream.Inputs.Where(i => i.Uri.StartsWith("memory:", StringComparison.Ordinal)))
        {
            string name = input.Uri["memory:".Length..];
            if (!_ingresses.ContainsKey(name))
            {
                errors.Add(config.PlaceOf("stream_settings.stream_input"), "no_ingress", $"memory:{name} is fed by a program: call OpenIngress(\"{name}\") before the start");
            }
        }
    }

    /// <summary>Breaks off the outputs' waits for the program.</summary>
    public void Interrupt()
    {
        foreach (EgressPort port in _egresses.Values)
        {
            port.Interrupt();
        }
    }

    /// <summary>Tells producers that nothing is taken any more, and outputs that nothing follows.</summary>
    public void EndAll(Exception? fault)
    {
        foreach (IngressPort port in _ingresses.Values)
        {
            port.Abandon();
        }

        End(fault);
    }

    /// <summary>Tells producers and consumers of rows; what one of these throws is the end of a run that had none of its own.</summary>
    public RunReport EndAll(RunReport report, ILogger logger)
    {
        try
        {
            EndAll(report.ExitCode == ExitCode.Done ? null : new StopException(report.ExitCode, report.Message, report.Cause));
        }
        catch (Exception theirs) when (theirs is not OutOfMemoryException)
        {
            string what = $"the program that takes the rows threw {theirs.GetType().Name} when it was told of the end: {theirs.Message}";
            if (report.ExitCode == ExitCode.Done)
            {
                return report with { ExitCode = ExitCode.Internal, Message = what, Cause = theirs };
            }

            ProcessorLog.Advice(logger, what);
        }

        return report;
    }

    /// <summary>Tells all outputs that nothing follows, and why. What one of them throws comes when all were told.</summary>
    public void End(Exception? fault)
    {
        ExceptionDispatchInfo? first = null;
        foreach (EgressPort port in _egresses.Values)
        {
            try
            {
                port.End(fault);
            }
            catch (Exception theirs) when (theirs is not OutOfMemoryException)
            {
                first ??= ExceptionDispatchInfo.Capture(theirs);
            }
        }

        first?.Throw();
    }

    private static void Names(string[] uris, IEnumerable<string> opened, string key, string what, PipelineConfig config, ConfigErrors errors)
    {
        string[] named = [.. uris.Where(u => u.StartsWith("memory:", StringComparison.Ordinal)).Select(u => u["memory:".Length..])];
        foreach (string name in opened.Where(name => !named.Contains(name)))
        {
            errors.Add(config.PlaceOf(key), "unknown_port", $"the program opened memory:{name}, which is no {what} of the configuration{Spelling.Suggest(name, named)}");
        }
    }
}
