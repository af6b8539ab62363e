using System.Collections.Generic;
using System.Linq;
using DataStream.Config;

namespace DataStream.Plans;

/// <summary>What <c>delivery: exactly_once</c> asks of a plan: that all that leaves it can be committed with the positions of what it read.</summary>
internal static class Delivery
{
    public static void Check(PipelineConfig config, PlanOptions options, ConnectorInput? input, IReadOnlyList<OutputPlan> outputs, BoundChain chain, ConfigErrors errors)
    {
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

        if (Partitioning.HasState(chain))
        {
            errors.Add(place, "not_supported", "'delivery: exactly_once' with modules that keep state is not supported in this version");
        }
    }

    /// <summary>What is thrown away cannot come twice.</summary>
    private static bool IsNowhere(string uri) => EndpointUri.TryParseOutput(uri, out EndpointUri parsed, out _) && parsed.Scheme == "null";
}
