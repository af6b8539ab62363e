using System;
using System.Runtime.InteropServices;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>librdkafka's mock cluster inside the tests' process: topics, groups and commits over plain sockets, but no TLS, SASL, ACLs, transactions or restarts.</summary>
public sealed class MockNodes : IDisposable
{
    private const int Producer = 0;

    private readonly nint _client;
    private readonly nint _cluster;
    private bool _isGone;

    public MockNodes(int brokers)
    {
        nint settings = RdKafka.NewSettings();
        RdKafka.SetLog(settings, 0);
        _client = RdKafka.NewClient(Producer, settings, default, 0);
        _cluster = _client == 0 ? 0 : RdKafka.NewCluster(_client, brokers);
        if (_cluster == 0)
        {
            throw new InvalidOperationException("librdkafka made no mock cluster");
        }

        RdKafka.SetRebalanceDelay(_cluster, 0);
        Bootstrap = Marshal.PtrToStringUTF8(RdKafka.Bootstraps(_cluster))!;
    }

    public string Bootstrap { get; }

    public void CreateTopic(string name, int partitions)
    {
        int error = RdKafka.CreateTopic(_cluster, name, partitions, 1);
        if (error != 0)
        {
            throw new InvalidOperationException($"the mock cluster refused topic {name}: {error}");
        }
    }

    /// <summary>The next requests of a kind, by Kafka's number of it, are answered with these errors.</summary>
    public void Refuse(short request, ReadOnlySpan<int> errors) => RdKafka.PushErrors(_cluster, request, (nuint)errors.Length, errors);

    /// <summary>They are gone.</summary>
    public void Dispose()
    {
        if (_isGone)
        {
            return;
        }

        _isGone = true;
        RdKafka.DestroyCluster(_cluster);
        RdKafka.DestroyClient(_client);
    }
}
