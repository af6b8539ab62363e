using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.IntegrationTests.Kafka;
using DataStream.Kafka;
using DataStream.Kafka.Native;
using Xunit;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>A member of a group that leaves.</summary>
public sealed class LeavingTests(Broker broker)
{
    /// <summary>The group gave it partitions that it has not heard of yet: nobody will read them, and whoever asks for their offsets while the client closes gets no answer.</summary>
    [Theory]
    [InlineData("range")]
    [InlineData("cooperative-sticky")]
    public async Task Nothing_is_assigned_to_who_leaves(string strategy)
    {
        NativeLibraries.Use();
        string topic = await broker.CreateTopicAsync("left", partitions: 4);
        var settings = new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "g-" + topic };
        settings.Set("partition.assignment.strategy", strategy);
        var heard = new List<string>();
        using (var member = new GroupMember(settings, _ => { }, p => heard.Add($"assigned {p.Count}"), p => heard.Add($"revoked {p.Count}"), p => heard.Add($"lost {p.Count}"), _ => { }))
        {
            member.Consumer.Subscribe(topic);
            using IAdminClient admin = broker.Admin();
            await admin.WaitForAsync("g-" + topic, group => group.State == ConsumerGroupState.Stable, TestContext.Current.CancellationToken);
        }

        Assert.DoesNotContain(heard, word => word.StartsWith("assigned", StringComparison.Ordinal));
    }

    /// <summary>The client's close does not come back: it is left where it is, and what it says later is not heard.</summary>
    [Fact]
    public async Task Who_cannot_leave_in_time_is_left_behind()
    {
        NativeLibraries.Use();
        string topic = await broker.CreateTopicAsync("left-behind", partitions: 4);
        var settings = new ConsumerConfig { BootstrapServers = broker.Bootstrap, GroupId = "g-" + topic, PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky };
        bool isAssigned = false;
        using var held = new ManualResetEventSlim();
        using var returned = new ManualResetEventSlim();
        int heard = 0;
        void Revoked()
        {
            heard++;
            held.Wait();
            returned.Set();
        }

        GroupMember? member = new(settings, _ => { }, _ => isAssigned = true, _ => Revoked(), _ => heard++, _ => heard++) { Farewell = TimeSpan.FromMilliseconds(200) };
        member.Consumer.Subscribe(topic);
        while (!isAssigned)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            member.Poll.Take(20);
            member.Poll.Clear();
        }

        member.Dispose(); // comes back
        Assert.False(returned.IsSet);
        Assert.True(member.IsLeftBehind);
        member = null;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        held.Set();
        returned.Wait(TestContext.Current.CancellationToken);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(1, heard);
    }
}
