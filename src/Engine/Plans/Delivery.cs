using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Modules;

namespace DataStream.Plans;

/// <summary>What <c>delivery: exactly_once</c> asks of a plan: that all that leaves it can be committed with the positions of what it read.</summary>
internal static class Delivery
{
    public static void Check(PipelineConfig config, PlanOptions options, ConnectorInput? input, IReadOnlyList<OutputPlan> outputs, BoundChain chain, ConfigErrors errors)
    {
        if (input is not null && States(config, chain, input).Select(state => input.FaultOfState(state.Name)).FirstOrDefault(f => f is not null) is { } fault)
        {
            errors.Add(config.PlaceOf(config.Stream.IsExactlyOnce ? "stream_settings.delivery" : config.Stream.Inputs[0].Path), "delivery", fault);
        }

        if (!config.Stream.IsExactlyOnce)
        {
            return;
        }

        Place place = config.PlaceOf("stream_settings.delivery");
        if (input is null)
        {
            if (config.Stream.Inputs.All(i => !Connectors.Is(i.Uri)))
            {
                errors.Add(place, "delivery", "'delivery: exactly_once' is from topics to topics, and the input is none: leave it out");
            }

            return;
        }

        foreach (OutputPlan output in outputs.Where(o => o.Connector is null && !IsNowhere(o.Uri) && !Connectors.Is(o.Uri)))
        {
            OutputConfig written = config.Stream.Outputs.First(o => o.Name == output.Name);
            errors.Add(written.UriPlace, "delivery", $"output '{output.Name}' is no topic, and only topics take part in the transactions of 'delivery: exactly_once': name a topic, or write 'at_least_once'");
        }

        if (options.MaxEvents != long.MaxValue)
        {
            errors.Add(place, "delivery", "'--max-events' ends in the midst of what is committed as a whole under 'delivery: exactly_once': leave one of them out");
        }

        foreach (BoundModule module in Stateful(chain).Where(m => m.Module is not IStateful))
        {
            errors.Add(place, "delivery", $"'{module.Name}' keeps state that 'delivery: exactly_once' would lose at a restart: its class is to be {nameof(IStateful)}, or Stateless");
        }
    }

    /// <summary>What keeps state beside its offsets, in the order of the chain; none: nothing is kept, since there is none, or one of them cannot be copied.</summary>
    public static IReadOnlyList<KeptState> States(PipelineConfig config, BoundChain chain, ConnectorInput? input)
    {
        if (input is null || (!config.Stream.IsExactlyOnce && Stateful(chain).Any(m => m.Module is not IStateful)))
        {
            return [];
        }

        IEnumerable<string> before = chain.Leading.Concat(chain.Before).Where(IsStateful).Select(m => m.Name);
        IEnumerable<string> window = chain.Window is null ? [] : [chain.WindowName];
        return [.. before.Concat(window).Concat(chain.After.Where(IsStateful).Select(m => m.Name)).Select(name => new KeptState(name, Fingerprint(config, name)))];
    }

    private static IEnumerable<BoundModule> Stateful(BoundChain chain) => chain.Leading.Concat(chain.Before).Concat(chain.After).Where(IsStateful);

    private static bool IsStateful(BoundModule module) => module.Module.Scope != Scope.Stateless;

    /// <summary>Of what the module is told, but for what may change without harm: limits, and what becomes of bad rows.</summary>
    private static string Fingerprint(PipelineConfig config, string name) =>
        config.DataCleaning.Concat(config.Modules).FirstOrDefault(m => m.Name == name) is { } module
            ? module.Class + ConfigHash.Of(module.Settings.Without("max_keys", "at_max_keys", "window_memory")) : name;

    /// <summary>What is thrown away cannot come twice.</summary>
    private static bool IsNowhere(string uri) => EndpointUri.TryParseOutput(uri, out EndpointUri parsed, out _) && parsed.Scheme == "null";
}
