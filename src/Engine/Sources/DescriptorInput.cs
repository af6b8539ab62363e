using System;
using System.IO;
using System.Runtime.InteropServices;
using DataStream.Flow;

namespace DataStream.Sources;

/// <summary>Linux: reads a file descriptor without a buffer of its own; a wait ends when bytes come or when the source is interrupted.</summary>
internal sealed class DescriptorInput : ByteInput
{
    // Read at most this much at once: beyond it a system call costs nothing against its bytes.
    private const int MostAtOnce = 1 << 20;

    private readonly int _descriptor;
    private readonly string _name;
    private readonly Interruption _interruption;
    private readonly Linux.Poll[] _polls = new Linux.Poll[2];
    private readonly bool _isOwned;
    private long _taken;
    private bool _isClosed;

    /// <summary>Takes a descriptor that others opened and close.</summary>
    public DescriptorInput(int descriptor, string name, Interruption interruption, bool isOwned = false)
    {
        (_descriptor, _name, _interruption, _isOwned) = (descriptor, name, interruption, isOwned);
        _polls[0] = new Linux.Poll { Descriptor = descriptor, Asked = Linux.CanRead };
        _polls[1] = new Linux.Poll { Descriptor = interruption.Descriptor, Asked = Linux.CanRead };
    }

    public static new DescriptorInput Open(string path, Interruption interruption)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
        {
            throw InputOutputFault.Of("read", path, Linux.IsFolder);
        }

        // Not blocking: a FIFO that nobody writes to would not even open.
        int descriptor = Linux.Open(full, Linux.ReadOnly | Linux.NonBlocking | Linux.CloseOnExec);
        return descriptor >= 0
            ? new DescriptorInput(descriptor, path, interruption, true)
            : throw InputOutputFault.Of("open", path, Marshal.GetLastPInvokeError());
    }

    public override long Taken => _taken;

    // A descriptor in error is ready as well: reading it says what is wrong.
    public override bool IsReady => Wait(1, 0) && _polls[0].Found != 0;

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }

        while (!_interruption.IsRequested)
        {
            if (!Wait(2, -1) || _polls[0].Found == 0)
            {
                continue;
            }

            nint count = Linux.Read(_descriptor, ref buffer[0], Math.Min(buffer.Length, MostAtOnce));
            if (count >= 0)
            {
                _taken += count;
                return (int)count;
            }

            int error = Marshal.GetLastPInvokeError();
            if (error is not (Linux.Interrupted or Linux.TryAgain))
            {
                throw InputOutputFault.Of("read", _name, error);
            }
        }

        return 0;
    }

    public override void Dispose()
    {
        if (_isOwned && !_isClosed)
        {
            _isClosed = true;
            _ = Linux.Close(_descriptor);
        }
    }

    private bool Wait(nuint count, int milliseconds)
    {
        _polls[0].Found = 0;
        if (Linux.Wait(ref _polls[0], count, milliseconds) >= 0)
        {
            return true;
        }

        int error = Marshal.GetLastPInvokeError();
        return error is Linux.Interrupted or Linux.TryAgain ? false : throw InputOutputFault.Of("read", _name, error);
    }
}
