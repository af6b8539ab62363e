using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>Waits for what a group is about to do.</summary>
public static class Groups
{
    /// <summary>Asks until the group is so; one that is not there yet is not.</summary>
    public static async Task WaitForAsync(this IAdminClient admin, string group, Predicate<ConsumerGroupDescription> isSo, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(admin);
        ArgumentNullException.ThrowIfNull(isSo);
        for (bool isDone = false; !isDone;)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                isDone = isSo((await admin.DescribeConsumerGroupsAsync([group])).ConsumerGroupDescriptions.Single());
            }
            catch (KafkaException)
            {
                // Its coordinator is being found.
            }
        }
    }
}
