using System;
using System.Threading;

namespace DataStream.Kafka.Native;

/// <summary>A thread for calls that may never come back: then who asked goes on without it, and it is left where it is.</summary>
/// <remarks>librdkafka 2.16.0 waits for ever in rd_kafka_send_offsets_to_transaction where the group's coordinator was away for a while (seen with a broker that was killed).</remarks>
internal sealed class CallThread : IDisposable
{
    private readonly SemaphoreSlim _asked = new(0);
    private readonly SemaphoreSlim _done = new(0);
    private Func<nint>? _call;
    private nint _result;

    public CallThread() => new Thread(Run) { IsBackground = true, Name = "kafka transactions" }.Start();

    /// <summary>A call did not come back: neither this nor what it was about is of further use.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Makes the call; false where it has not come back after so long.</summary>
    public bool TryRun(Func<nint> call, TimeSpan limit, out nint result)
    {
        result = 0;
        if (IsLost)
        {
            return false;
        }

        _call = call;
        _asked.Release();
        if (!_done.Wait(limit))
        {
            IsLost = true;
            return false;
        }

        result = _result;
        return true;
    }

    public void Dispose()
    {
        if (!IsLost)
        {
            _call = null;
            _asked.Release();
        }
    }

    private void Run()
    {
        while (true)
        {
            _asked.Wait();
            if (_call is not { } call)
            {
                return;
            }

            _result = call();
            _done.Release();
        }
    }
}
