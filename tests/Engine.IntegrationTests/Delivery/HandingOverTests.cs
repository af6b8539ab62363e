using System;
using System.Collections.Generic;
using DataStream.Kafka;
using DataStream.Kafka.Native;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>What lanes are told beside messages.</summary>
public sealed class HandingOverTests
{
    /// <summary>A partition goes while the states of others come back, and nothing is to be read any more: lanes know it before the input's end closes its windows.</summary>
    [Fact]
    public void Lanes_are_told_of_what_goes_while_states_come_back()
    {
        NativeLibraries.Use();
        using KafkaInput input = Steps.InputOf("127.0.0.1:1", "nowhere", "at_least_once", "heartbeat.interval.ms: 100");
        var port = new PlayedPort(TestContext.Current.CancellationToken);
        using var member = new GroupMember(input.Settings(), _ => { }, _ => { }, _ => { }, _ => { }, _ => { });
        var partitions = new PartitionTable(member.Handle, port, 1_000_000);
        var words = new LaneWords(port);
        var hand = new MessagesInHand(member.Poll, partitions, (error, _) => Assert.Fail(error.Reason), endOf: null);
        var handing = new HandingOver(member, hand, port, words, new SourceFaults(input), () => { }, () => { }, () => false)
        {
            Commits = new Restoring(() => words.Forget(partitions.Find("nowhere", 0))),
        };
        handing.HandOver();
        Assert.Equal(["begin", "forget", "end"], port.Calls);
    }

    /// <summary>States come back, once.</summary>
    private sealed class Restoring(Action meanwhile) : Committing
    {
        private bool _isReady;

        public override bool IsReady => _isReady;

        public override void Prepare()
        {
            if (!_isReady)
            {
                _isReady = true;
                meanwhile();
            }
        }

        public override bool Keep() => true;

        public override void GiveUp(IReadOnlyList<PartitionProgress> given, TimeSpan patience) => throw new NotSupportedException();

        public override bool Settle() => throw new NotSupportedException();

        public override void Finish(Action leave) => throw new NotSupportedException();
    }
}
