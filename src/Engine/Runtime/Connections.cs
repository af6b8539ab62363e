using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats.Avro;
using DataStream.Formats.Table;
using DataStream.Plans;
using DataStream.Sinks;
using DataStream.Sources;

namespace DataStream.Runtime;

/// <summary>Makes the sources and sinks of a plan.</summary>
internal static class Connections
{
    /// <summary>The sources, nothing opened yet; none for an ingress.</summary>
    public static List<Source> Sources(Plan plan) =>
        plan.Messages is { } messages ? [messages.Open(plan.NeedsHeaders, plan.NeedsOnePartition)]
        : plan.Ingress is null ? [.. Endpoints.Open(Inputs(plan), plan.Budget.Open("windows of packed inputs", "pack the file with a smaller window").Charge).Select(source => Decoded(source, plan))] : [];

    /// <summary>A source whose bytes are UTF-8; what is generated always is.</summary>
    private static Source Decoded(Source source, Plan plan) =>
        plan.InputFormat.Encoding is { } encoding && source is not GeneratorSource ? new EncodedSource(source, encoding) : source;

    /// <summary>An output that is also an input would be emptied before it is read: refused while nothing is open for writing.</summary>
    /// <exception cref="StopException">74 with both paths.</exception>
    public static void RefuseLoops(Plan plan)
    {
        List<EndpointUri> inputs = Inputs(plan);
        foreach (OutputPlan output in plan.Outputs)
        {
            if (output.Connector is { } connector && plan.Messages?.Reads(connector) == true)
            {
                throw new StopException(ExitCode.InputOutput, $"{output.Uri}: the output '{output.Name}' is also read by the input: what is written there would come back; name another topic");
            }

            if (FileTargets.Overwritten(Output(output), inputs) is { } input)
            {
                EndpointUri uri = Output(output);
                throw new StopException(ExitCode.InputOutput, $"{(uri.Path.Length > 0 ? uri.Path : uri.Scheme)}: the output '{output.Name}' is also an input ({input}); it would be emptied before it is read: name another file");
            }
        }
    }

    public static Sink Sink(OutputPlan output, EgressPort? egress, Plan plan)
    {
        if (egress is not null)
        {
            return egress.CreateSink();
        }

        if (output.Connector is { } connector)
        {
            return plan.Messages?.CreateSink(connector, plan.Forwards is not null) ?? connector.CreateSink();
        }

        Sink sink = Targets.Make(Output(output));
        return output.Format switch
        {
            TableFormat => new TableSink(sink, isLive: Output(output).Scheme == "stdout" && !Console.IsOutputRedirected),
            AvroFormat avro => new AvroSink(sink, avro.Codec),
            _ => sink,
        };
    }

    /// <summary>What comes before the first row.</summary>
    public static byte[] Header(OutputPlan output, Plan plan)
    {
        if (output.Format is null || output.Connector is not null)
        {
            return [];
        }

        var buffer = new HeaderBuffer();
        output.Format.CreateEncoder(output.Kind == OutputKind.Late ? plan.First.AtWindow : plan.Columns).Header(buffer);
        return buffer.ToArray();
    }

    private static List<EndpointUri> Inputs(Plan plan) =>
        [.. plan.Inputs.Where(i => !i.Uri.StartsWith("memory:", StringComparison.Ordinal)).Select(i =>
            EndpointUri.TryParseInput(i.Uri, out EndpointUri uri, out string error) ? uri : throw new StopException(ExitCode.Configuration, error))];

    private static EndpointUri Output(OutputPlan output) =>
        EndpointUri.TryParseOutput(output.Uri, out EndpointUri uri, out string error) ? uri : throw new StopException(ExitCode.Configuration, error);
}
