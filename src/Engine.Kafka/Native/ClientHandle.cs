using System;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace DataStream.Kafka.Native;

/// <summary>The native handle inside one of Confluent's clients, kept alive while this lives: dispose of this before the client.</summary>
internal sealed class ClientHandle : IDisposable
{
    private readonly SafeHandle _handle;
    private bool _isHeld;

    /// <exception cref="MissingMethodException">This version of Confluent.Kafka has no such handle.</exception>
    public ClientHandle(IClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _handle = (SafeHandle)GetHandle(client.Handle);
        _handle.DangerousAddRef(ref _isHeld);
        Value = _handle.DangerousGetHandle();
    }

    /// <summary>The <c>rd_kafka_t*</c>.</summary>
    public nint Value { get; }

    public void Dispose()
    {
        if (_isHeld)
        {
            _isHeld = false;
            _handle.DangerousRelease();
        }
    }

    // An internal name of Confluent's: a test guards it.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LibrdkafkaHandle")]
    [return: UnsafeAccessorType("Confluent.Kafka.Impl.SafeKafkaHandle, Confluent.Kafka")]
    private static extern object GetHandle(Handle handle);
}
