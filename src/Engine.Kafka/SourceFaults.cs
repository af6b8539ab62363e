using System.Collections.Generic;
using Confluent.Kafka;
using DataStream.Flow;

namespace DataStream.Kafka;

/// <summary>What a consumer is told in place of messages: what librdkafka mends by itself is passed over, what it does not ends the run. Reader thread only.</summary>
internal sealed class SourceFaults(KafkaInput input)
{
    private StopException? _fault;
    private bool _doubtsTopics;

    /// <summary>How many partitions each topic had at the start.</summary>
    public IReadOnlyDictionary<string, int>? Sizes { get; set; }

    /// <summary>An error of the client.</summary>
    public void Note(Error error) => Note(error, $"topic '{string.Join(',', input.Address.Topics)}'");

    /// <summary>An error of a place.</summary>
    public void Note(Error error, string where)
    {
        if (!error.IsFatal && KafkaFaults.IsOfTopics(error.Code))
        {
            _doubtsTopics = true; // a broker that has just come back may not know what is there
        }
        else if (error.IsFatal || KafkaFaults.IsForGood(error.Code))
        {
            _fault ??= new StopException(ExitCode.Unavailable,
                $"kafka: {where}, group '{input.Group}': cannot read as {input.Principal}: {error.Reason} ({error.Code}){KafkaFaults.Remedy(error.Code, "read", input.Group)}");
        }
    }

    /// <summary>Ends the run where that is due. Not from a callback.</summary>
    /// <exception cref="StopException">75.</exception>
    public void Throw()
    {
        if (_doubtsTopics && !input.Address.IsPattern)
        {
            _doubtsTopics = false;
            _ = Topics.Require(input.Settings(), input.Address.Topics, "read", input.Principal, input.Config.Errors, Sizes);
        }

        if (_fault is { } fault)
        {
            throw fault;
        }
    }
}
