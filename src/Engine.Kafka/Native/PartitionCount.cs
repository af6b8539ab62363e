using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;

namespace DataStream.Kafka.Native;

/// <summary>How many partitions a topic has, asked again now and then: somebody may add some. One thread's.</summary>
/// <param name="first">How many it has.</param>
/// <param name="interval">From one question to the next.</param>
internal sealed unsafe class PartitionCount(int first, TimeSpan interval)
{
    /// <summary>As often as the client asks for itself.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    private const int Patience = 1000; // milliseconds

    private readonly Pace _pace = new(interval);
    private int _known = first;

    /// <summary>As far as it is known; where the brokers do not answer, what they said last.</summary>
    /// <param name="client">The client's handle.</param>
    /// <param name="topic">The topic's, of that client.</param>
    public int Now(nint client, nint topic)
    {
        if (_pace.IsDue)
        {
            _pace.Restart();
            Ask(client, topic);
        }

        return _known;
    }

    /// <summary>Whether every topic that the client knows has at least so many partitions by what a broker says now. The client knows that then, too.</summary>
    /// <param name="client">The client's handle.</param>
    /// <param name="least">So many.</param>
    /// <param name="topics">Those that count.</param>
    public static bool AreAtLeast(nint client, int least, IReadOnlyCollection<string> topics)
    {
        NativeMetadata* answer;
        if (RdKafka.Metadata(client, 0, 0, &answer, Patience) != 0)
        {
            return false;
        }

        bool areThere = true;
        // Safe: the answer is ours until it is destroyed, and has as many topics as it says.
        for (int i = 0; i < answer->TopicCount; i++)
        {
            // Safe: as above.
            areThere &= answer->Topics[i].PartitionCount >= least || !topics.Contains(Marshal.PtrToStringUTF8(answer->Topics[i].Name) ?? "");
        }

        RdKafka.DestroyMetadata(answer);
        return areThere;
    }

    private void Ask(nint client, nint topic)
    {
        NativeMetadata* answer;
        if (RdKafka.Metadata(client, 0, topic, &answer, Patience) != 0)
        {
            return;
        }

        // Safe: the answer is ours until it is destroyed, and has as many topics as it says.
        if (answer->TopicCount == 1 && answer->Topics->PartitionCount > 0)
        {
            // Safe: as above.
            _known = answer->Topics->PartitionCount;
        }

        RdKafka.DestroyMetadata(answer);
    }
}
