using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>
/// A hundred consecutive ports for servers that must know theirs before they start. They lie below the range from which systems draw the ports of
/// outgoing connections, and a locked file keeps other test runs off them for as long as this lives; so they stay ours while a broker is down.
/// </summary>
public sealed class PortBlock : IDisposable
{
    public const int Size = 100;

    private const int First = 10_000;
    private const int Blocks = 200;

    private readonly FileStream _lock;

    private PortBlock(int start, FileStream @lock)
    {
        Start = start;
        _lock = @lock;
    }

    public int Start { get; }

    /// <summary>Takes a block that no other run holds and of which no port is in use.</summary>
    public static PortBlock Take()
    {
        string folder = Path.Combine(Path.GetTempPath(), "datastream-test-ports");
        Directory.CreateDirectory(folder);
        int offset = Random.Shared.Next(Blocks);
        for (int i = 0; i < Blocks; i++)
        {
            int start = First + ((offset + i) % Blocks * Size);
            FileStream? held = Lock(Path.Combine(folder, start.ToString(CultureInfo.InvariantCulture)));
            if (held is not null)
            {
                if (Enumerable.Range(start, Size).All(IsFree))
                {
                    return new PortBlock(start, held);
                }

                held.Dispose();
            }
        }

        throw new InvalidOperationException("no block of ports is free");
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream? Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
