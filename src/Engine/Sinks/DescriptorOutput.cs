using System;
using System.Runtime.InteropServices;
using System.Threading;
using DataStream.Flow;
using Microsoft.Win32.SafeHandles;

namespace DataStream.Sinks;

/// <summary>Unix: writes to a file descriptor without a buffer. It closes what it owns; what it does not own is a standard stream.</summary>
internal sealed class DescriptorOutput(int descriptor, string name, SafeFileHandle? owner = null) : ByteOutput
{
    // One call writes at most so much: devices may refuse more, and nothing is gained beyond it.
    private const int MostAtOnce = 1 << 20;

    // A call that writes to a pipe returns when the pipe has taken all of it: small pieces tell a slow reader from one that takes nothing,
    // and are no slower than large ones.
    private const int PieceOfStream = 4096;

    private readonly int _most = Posix.IsStream(descriptor) ? PieceOfStream : MostAtOnce;
    private readonly FileRoom? _room = owner is null || Posix.IsStream(descriptor) ? null : new FileRoom(descriptor);
    private long _moved;
    private bool _isClosed;

    public override long Moved => Volatile.Read(ref _moved);

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        _room?.Reach(_moved, bytes.Length);
        while (!bytes.IsEmpty)
        {
            nint count = Posix.Write(descriptor, in bytes[0], Math.Min(bytes.Length, _most));
            if (count >= 0)
            {
                bytes = bytes[(int)count..];
                Volatile.Write(ref _moved, _moved + count);
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error is Posix.TryAgain or Posix.TryAgainOnMac)
            {
                // The other side set the pipe to not blocking.
                var poll = new Posix.Poll { Descriptor = descriptor, Asked = Posix.CanWrite };
                _ = Posix.Wait(ref poll, 1, -1);
            }
            else if (error == Posix.BrokenPipe && owner is null)
            {
                throw new BrokenPipeException($"the reader of '{name}' went away");
            }
            else if (error != Posix.Interrupted)
            {
                throw InputOutputFault.Of("write", name, error);
            }
        }
    }

    public override void Close()
    {
        if (owner is null || _isClosed)
        {
            return;
        }

        _isClosed = true;
        _room?.End(_moved);
        int result = Posix.Close(descriptor);
        int error = Marshal.GetLastPInvokeError();
        owner.SetHandleAsInvalid();
        if (result != 0 && error != Posix.Interrupted)
        {
            throw InputOutputFault.Of("write", name, error);
        }
    }

    public override void Dispose()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _room?.End(_moved);
            owner?.Dispose();
        }
    }
}
