
namespace DataStream.Kafka.Native;

/// <summary>A list of next offsets on its way to the group's coordinator, without an object for any. One thread's.</summary>
internal sealed class OffsetCommit(nint client)
{
    private nint _list;

    /// <summary>The next offset to read of a partition.</summary>
    public void Add(string topic, int partition, long next)
    {
        if (_list == 0)
        {
            _list = RdKafka.NewList(16);
        }

        RdKafka.Add(_list, topic, partition);
        _ = RdKafka.SetOffset(_list, topic, partition, next);
    }

    /// <summary>Sends what was added; does not wait for the answer. 0, or the error.</summary>
    public int Send() => Send(isAsync: true);

    /// <summary>Sends what was added and waits for the answer. 0, or the error.</summary>
    public int SendAndWait() => Send(isAsync: false);

    private int Send(bool isAsync)
    {
        if (_list == 0)
        {
            return 0;
        }

        int error = RdKafka.Commit(client, _list, isAsync ? 1 : 0);
        RdKafka.DestroyList(_list);
        _list = 0;
        return error;
    }
}
