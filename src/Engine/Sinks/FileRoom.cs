using System;

namespace DataStream.Sinks;

/// <summary>Linux, ext4: asks for a growing file's blocks ahead of its bytes, and gives back at the end what was too much.</summary>
/// <remarks>
/// Without it each page that is written reserves its block by itself, and closing a file that was emptied before starts to write all of it to the disk there and
/// then, which also whoever empties it next waits for. Where the blocks cannot be had nothing is asked for any more: a write tells what is wrong.
/// </remarks>
internal sealed class FileRoom(int descriptor)
{
    private const long Least = 1 << 20; // a smaller file gains nothing
    private const long Most = 16 << 20; // what a process that is killed leaves behind its file's end at most
    private const long Ext4 = 0xEF53;

    private readonly bool _isOf = OperatingSystem.IsLinux() && Posix.KindOf(descriptor) == Ext4;
    private long _end;
    private bool _isRefused;

    /// <summary>Before the file is written from <paramref name="position"/> on.</summary>
    public void Reach(long position, int length)
    {
        if (!_isOf || _isRefused || position < Least || position + length <= _end)
        {
            return;
        }

        // From the front the first time: while one block is only reserved, closing writes them all.
        long end = position + Math.Clamp(position, length, Math.Max(Most, length));
        _isRefused = Posix.Allocate(descriptor, Posix.KeepSize, _end, end - _end) != 0;
        _end = end;
        if (_isRefused)
        {
            End(position); // what was had of it before the disk was full is others' too
        }
    }

    /// <summary>The file ends here, where it is still as long: somebody may have emptied it, or written more.</summary>
    public void End(long length)
    {
        if (_end <= length)
        {
            return;
        }

        long size = Posix.Seek(descriptor, 0, Posix.FromEnd);
        if (size == length)
        {
            _ = Posix.Truncate(descriptor, length);
        }
        else
        {
            _ = Posix.Seek(descriptor, length, Posix.FromStart);
        }
    }
}
