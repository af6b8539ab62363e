using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO;

namespace DataStream.Sources;

/// <summary>What file a path leads to, however it is spelt and whatever links lead there.</summary>
/// <param name="Device">The file system's device.</param>
/// <param name="File">Linux: the inode; elsewhere 0, and <paramref name="Path"/> is compared.</param>
/// <param name="Path">The path without links, where there are no inodes to be had.</param>
/// <param name="IsStream">A FIFO or socket: whoever reads takes what others then do not get. Linux alone tells.</param>
internal readonly record struct FileIdentity(ulong Device, ulong File, string Path, bool IsStream = false)
{
    private const int ThisFolder = -100; // AT_FDCWD
    private const int OfDescriptor = 0x1000; // AT_EMPTY_PATH
    private const uint TypeAndInode = 0x1 | 0x100; // STATX_TYPE | STATX_INO
    private const int TypeBits = 0xF000;
    private const int CharacterDevice = 0x2000;
    private const int Fifo = 0x1000;
    private const int Socket = 0xC000;
    private const int StatusSize = 256;

    /// <summary>Null: nothing is there, or it is a device such as /dev/null, of which many may read and write.</summary>
    public static FileIdentity? Of(string path)
    {
        if (OperatingSystem.IsLinux())
        {
            return Status(ThisFolder, System.IO.Path.GetFullPath(path), 0);
        }

        string full = System.IO.Path.GetFullPath(path);
        if (!System.IO.File.Exists(full) && !Directory.Exists(full))
        {
            return null;
        }

        FileSystemInfo info = new FileInfo(full);
        string final = info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? full;
        return new FileIdentity(0, 0, OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? final.ToUpperInvariant() : final);
    }

    /// <summary>The file that a standard stream is connected to. Null: none, or the system does not say.</summary>
    public static FileIdentity? OfStandardStream(int descriptor) => OperatingSystem.IsLinux() ? Status(descriptor, "", OfDescriptor) : null;

    /// <summary>The nearest folder above a path that is there, and the names that lead from it to the path.</summary>
    public static (FileIdentity? Folder, IReadOnlyList<string> Names) Above(string path)
    {
        List<string> names = [];
        string full = System.IO.Path.GetFullPath(path);
        for (string? folder = full; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (Of(folder) is FileIdentity identity)
            {
                names.Reverse();
                return (identity, names);
            }

            names.Add(System.IO.Path.GetFileName(folder));
        }

        return (null, names);
    }

    private static FileIdentity? Status(int folder, string path, int flags)
    {
        var status = new byte[StatusSize];
        if (Linux.Status(folder, path, flags, TypeAndInode, ref status[0]) != 0)
        {
            return null;
        }

        // struct statx: mode at 28, inode at 32, the device's two numbers at 136
        int mode = BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(28));
        ulong file = BinaryPrimitives.ReadUInt64LittleEndian(status.AsSpan(32));
        ulong device = BinaryPrimitives.ReadUInt64LittleEndian(status.AsSpan(136));
        return (mode & TypeBits) == CharacterDevice ? null : new FileIdentity(device, file, "", (mode & TypeBits) is Fifo or Socket);
    }
}
