using System;
using DataStream.Kafka.Native;

namespace DataStream.Kafka;

/// <summary>Passes messages on from slots that may end in the midst of one: that waits for the next slot. One thread's.</summary>
internal sealed class FrameJoiner
{
    private byte[] _begun = []; // a message whose end is in a later slot
    private int _begunLength;

    public void Write(IFrames target, ReadOnlySpan<byte> bytes, int group)
    {
        if (_begunLength > 0)
        {
            Append(bytes);
            int taken = target.Write(_begun.AsSpan(0, _begunLength), group);
            _begun.AsSpan(taken, _begunLength - taken).CopyTo(_begun);
            _begunLength -= taken;
            return;
        }

        int sent = target.Write(bytes, group);
        if (sent < bytes.Length)
        {
            Append(bytes[sent..]);
        }
    }

    /// <summary>Forgets what has begun: its end will not come.</summary>
    public void Clear() => _begunLength = 0;

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_begun.Length - _begunLength < bytes.Length)
        {
            Array.Resize(ref _begun, Math.Max(2 * _begun.Length, _begunLength + bytes.Length));
        }

        bytes.CopyTo(_begun.AsSpan(_begunLength));
        _begunLength += bytes.Length;
    }
}
