using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Linq;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka.Admin;
using Xunit;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>Takes a member out of its group behind its back: it learns of that by its next heartbeat, or by a refused commit.</summary>
public static class GroupKick
{
    private const short LeaveGroup = 13;

    /// <summary>The group has one member, and forgets it.</summary>
    public static async Task KickAsync(this Broker broker, string group)
    {
        ArgumentNullException.ThrowIfNull(broker);
        string member = "";
        using Confluent.Kafka.IAdminClient admin = broker.Admin();
        await admin.WaitForAsync(group, known => (member = known.Members.Count == 1 ? known.Members.Single().ConsumerId : "").Length > 0, TestContext.Current.CancellationToken);
        await broker.KickAsync(group, member);
    }

    /// <summary>The group forgets this member.</summary>
    public static async Task KickAsync(this Broker broker, string group, string member)
    {
        ArgumentNullException.ThrowIfNull(broker);
        string[] address = broker.Bootstrap.Split(':');
        using var client = new TcpClient();
        await client.ConnectAsync(address[0], int.Parse(address[1], CultureInfo.InvariantCulture));
        await using NetworkStream stream = client.GetStream();
        // Length, key, version 0, correlation, client; group, member.
        byte[] request = [.. Int32(0), .. Int16(LeaveGroup), .. Int16(0), .. Int32(7), .. Text("test"), .. Text(group), .. Text(member)];
        BinaryPrimitives.WriteInt32BigEndian(request, request.Length - 4);
        await stream.WriteAsync(request);
        byte[] answer = new byte[10]; // length, correlation, error
        await stream.ReadExactlyAsync(answer);
        Assert.Equal((7, 0), (BinaryPrimitives.ReadInt32BigEndian(answer.AsSpan(4)), BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(8))));
    }

    private static byte[] Int32(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Int16(short value) => Int32(value)[2..];

    private static byte[] Text(string value) => [.. Int16((short)value.Length), .. Encoding.ASCII.GetBytes(value)];
}
