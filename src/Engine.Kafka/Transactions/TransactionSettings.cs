using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Config;

namespace DataStream.Kafka.Transactions;

/// <summary>What <c>delivery: exactly_once</c> asks of the endpoints, before anything is opened.</summary>
internal static class TransactionSettings
{
    public const int DefaultTimeout = 10_000; // milliseconds: so long readers may wait for a process that died and does not come back

    private const string Timeout = "transaction.timeout.ms";
    private const int MostTimeout = 900_000;   // transaction.max.timeout.ms of brokers that nobody has told otherwise

    /// <summary>The transactions' time-out in milliseconds.</summary>
    public static int Check(KafkaAddress input, PipelineConfig config, ConfigErrors errors)
    {
        int timeout = DefaultTimeout;
        Place place = config.PlaceOf("stream_settings.commit_interval");
        foreach (OutputConfig output in config.Stream.Outputs)
        {
            if (!EndpointUri.TryParseOutput(output.Uri, out EndpointUri uri, out _) || !uri.IsConnector || KafkaAddress.Parse(output.Uri, isInput: false, out _) is not { } address)
            {
                continue;
            }

            if (!SameBrokers(address.Brokers, input.Brokers))
            {
                errors.Add(output.UriPlace, "delivery", $"a transaction is of one cluster: under 'delivery: exactly_once' output '{output.Name}' names the brokers that the input names");
            }

            ConfigEntry? options = output.Options.FirstOrDefault(option => option.Key == "options");
            if (options is not null && output.Name != "main")
            {
                errors.Add(options.KeyPlace, "delivery", $"under 'delivery: exactly_once' all outputs share one producer, whose options stand at 'main', not at '{output.Name}'");
            }
            else if (options?.Value is ConfigMap map && map.Find(Timeout) is { Value: ConfigScalar written } entry)
            {
                if (int.TryParse(written.Value, NumberStyles.None, CultureInfo.InvariantCulture, out timeout) && timeout is > 0 and <= MostTimeout)
                {
                    place = entry.KeyPlace;
                }
                else
                {
                    timeout = DefaultTimeout;
                    errors.Add(written.Place, "bad_value", $"'{Timeout}' is a whole number of milliseconds up to {MostTimeout}");
                }
            }
        }

        long interval = config.Stream.CommitInterval / 1000;
        if (3 * interval >= timeout)
        {
            errors.Add(place, "commit_interval", string.Create(CultureInfo.InvariantCulture,
                $"three times 'commit_interval' ({interval} ms) must be less than the transactions' time-out, '{Timeout}' in the options of 'main' ({timeout} ms): commit more often, or give them more time"));
        }

        return timeout;
    }

    private static bool SameBrokers(string some, string others) => Set(some).SetEquals(Set(others));

    private static HashSet<string> Set(string brokers) => new(brokers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries), StringComparer.OrdinalIgnoreCase);
}
