using Confluent.Kafka;
using DataStream.Config;
using DataStream.Kafka;
using DataStream.Kafka.Changelogs;
using DataStream.Tests.Config;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>What a changelog that was not read says.</summary>
public sealed class ChangelogReaderTests
{
    /// <summary>A run that is stopped before it knows where a changelog ends has not seen that nothing is there: its last commit would put nothing in the state's place.</summary>
    [Fact]
    public void Giving_up_before_the_ends_are_known_is_no_empty_state()
    {
        PipelineConfig config = Loading.LoadGood("""
            stream_settings:
              stream_input: kafka://127.0.0.1:1/orders?group=g
              stream_output: stdout
              input_format: json
              schema: {id: int64}
            """);
        var errors = new ConfigErrors();
        using var input = (KafkaInput)new KafkaConnector().BindInput(config.Stream.Inputs[0], config, errors)!;
        Assert.Null(new ChangelogReader(input, () => true).Read([new TopicPartition("g-w-changelog", 0)]));
    }
}
