using System;
using System.Buffers.Binary;
using System.Text;

namespace DataStream.Kafka.Changelogs;

/// <summary>The key of a changelog's message: the input's topic, a zero, and what of the partition's state the message has: one page of a part, or the mark that ends a commit.</summary>
internal static class ChangelogKey
{
    private const byte Page = (byte)'p';
    private const byte Mark = (byte)'m';
    private const int PageBytes = 1 + 8 + 4 + 4;

    public static byte[] OfMark(string topic)
    {
        byte[] key = Begin(topic, 1, out int at);
        key[at] = Mark;
        return key;
    }

    public static byte[] OfPage(string topic, PageName page)
    {
        byte[] key = Begin(topic, PageBytes, out int at);
        key[at] = Page;
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(at + 1), page.Scope);
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(at + 9), page.Part);
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(at + 13), page.Number);
        return key;
    }

    /// <summary>Takes a key apart; false where it is none of ours.</summary>
    /// <param name="key">The key.</param>
    /// <param name="topic">The input's topic.</param>
    /// <param name="page">The page; null: the mark.</param>
    public static bool TryRead(ReadOnlySpan<byte> key, out string topic, out PageName? page)
    {
        int zero = key.IndexOf((byte)0);
        topic = zero < 0 ? "" : Encoding.UTF8.GetString(key[..zero]);
        page = null;
        ReadOnlySpan<byte> rest = key[(zero + 1)..];
        if (zero > 0 && rest.Length == PageBytes && rest[0] == Page)
        {
            page = new PageName(BinaryPrimitives.ReadInt64BigEndian(rest[1..]), BinaryPrimitives.ReadInt32BigEndian(rest[9..]), BinaryPrimitives.ReadInt32BigEndian(rest[13..]));
            return true;
        }

        return zero > 0 && rest.Length == 1 && rest[0] == Mark;
    }

    private static byte[] Begin(string topic, int more, out int at)
    {
        at = Encoding.UTF8.GetByteCount(topic) + 1;
        byte[] key = new byte[at + more];
        Encoding.UTF8.GetBytes(topic, key);
        return key;
    }
}
