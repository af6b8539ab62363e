using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Config;

namespace DataStream.Sources;

/// <summary>Makes sources from URIs.</summary>
public static class Endpoints
{
    /// <summary>What is wrong with an input besides its form: a generator's parameters, an endpoint that is for embedding alone; empty when nothing is.</summary>
    public static string Check(EndpointUri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        string error = "";
        return uri.Scheme == "generator" && !GeneratorSettings.TryParse(uri, out _, out error) ? error : "";
    }

    /// <summary>
    /// The sources of a run's inputs. Files alone: one source, read one after the other as one partition; with another input
    /// among them one source each, to be read side by side. Nothing is opened yet.
    /// </summary>
    /// <param name="uris">The inputs.</param>
    /// <param name="charge">Is told of memory before it is taken, beyond what plans count.</param>
    /// <exception cref="ArgumentException">One does not pass <see cref="Check"/>, or is a <c>memory:</c> endpoint, which has no bytes.</exception>
    public static IReadOnlyList<Source> Open(IReadOnlyList<EndpointUri> uris, Action<long>? charge = null)
    {
        ArgumentNullException.ThrowIfNull(uris);
        return uris.All(uri => uri.Scheme == "file") ? [new FileSource(uris) { Charge = charge }] : [.. uris.Select(uri => Open(uri, charge))];
    }

    private static Source Open(EndpointUri uri, Action<long>? charge)
    {
        switch (uri.Scheme)
        {
            case "file":
                return new FileSource([uri]) { Charge = charge };
            case "stdin":
                return new StdinSource();
            case "generator":
                return GeneratorSettings.TryParse(uri, out GeneratorSettings settings, out string error)
                    ? new GeneratorSource(settings)
                    : throw new ArgumentException(error, nameof(uri));
            default:
                throw new ArgumentException($"'{uri.Scheme}:' is no input of bytes", nameof(uri));
        }
    }
}
