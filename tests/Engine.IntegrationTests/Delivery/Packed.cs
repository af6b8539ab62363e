using System;
using System.Globalization;
using System.Text;
using DataStream.Formats;

namespace DataStream.IntegrationTests.Delivery;

/// <summary>Messages of a topic between two halves, as a first half sends them.</summary>
internal static class Packed
{
    /// <summary>One with records of partition 7.</summary>
    /// <param name="topic">The input's topic.</param>
    /// <param name="from">The first record's number.</param>
    /// <param name="to">One more than the last one's.</param>
    /// <param name="padding">So many bytes longer is each.</param>
    public static byte[] Of(string topic, int from, int to, int padding = 0)
    {
        byte[] name = Encoding.UTF8.GetBytes(topic);
        byte[] pack = new byte[ForwardedPack.HeadLength + ((to - from) * (256 + padding))];
        ForwardedPack.WriteHead(pack, to - from);
        int at = ForwardedPack.HeadLength;
        for (int i = from; i < to; i++)
        {
            byte[] head = new byte[ForwardedMessage.HeadLength];
            ForwardedMessage.WriteHead(head, isWord: false, isQuiet: false, 7, i, -1, name.Length, -1, 0);
            at += ForwardedPack.Write(pack.AsSpan(at), [.. head, .. name, .. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"at\":{i},\"id\":{i},\"device\":1{new string(' ', padding)}}}"))]);
        }

        return pack[..at];
    }
}
