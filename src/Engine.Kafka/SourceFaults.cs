using System;
using System.Collections.Generic;
using Confluent.Kafka;
using DataStream.Flow;

namespace DataStream.Kafka;

/// <summary>What a consumer is told in place of messages: what librdkafka mends by itself is passed over, what it does not ends the run. Reader thread only.</summary>
internal sealed class SourceFaults(KafkaInput input)
{
    private StopException? _fault;
    private bool _doubtsTopics;
    private bool _hasTold; // the run is ending by it: what comes behind is not told again

    /// <summary>How many partitions each topic had at the start; a pattern's are not known then.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; set; } = new Dictionary<string, int>();

    /// <summary>Those that we have met, also of topics that have grown since.</summary>
    public PartitionTable Partitions { get; set; } = null!;

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
        if (_hasTold)
        {
            return;
        }

        try
        {
            CheckTopics();
        }
        catch (StopException)
        {
            _hasTold = true;
            throw;
        }

        if (_fault is not null)
        {
            _hasTold = true;
            throw _fault;
        }
    }

    private void CheckTopics()
    {
        if (!_doubtsTopics)
        {
            return;
        }

        _doubtsTopics = false;
        var known = new Dictionary<string, int>(Sizes);
        foreach (PartitionProgress partition in Partitions.All)
        {
            known[partition.Topic] = Math.Max(known.GetValueOrDefault(partition.Topic), partition.Number + 1);
        }

        // Topics of a pattern may go; what is left of one may not be less than we have read.
        bool isPattern = input.Address.IsPattern;
        _ = Topics.Require(input.Settings(), isPattern ? [.. known.Keys] : input.Address.Topics, "read", input.Principal, input.Config.Errors, known, mayBeGone: isPattern);
    }
}
