using System;
using System.IO;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using DataStream.Config;
using Xunit;

namespace DataStream.Tests.Sources;

/// <summary>A folder of its own for a test, gone at its end.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("datastream").FullName;

    public static byte[] Gzip(string text, CompressionLevel level = CompressionLevel.Optimal)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, level, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return packed.ToArray();
    }

    public static EndpointUri Uri(string path)
    {
        Assert.True(EndpointUri.TryParseInput("file:" + path, out EndpointUri uri, out string error), error);
        return uri;
    }

    public string At(string name) => System.IO.Path.Join(Path, name);

    public EndpointUri UriOf(string name) => Uri(At(name));

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), bytes);
        return At(name);
    }

    public string MakeFifo(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "FIFOs are tested on Linux");
        Assert.Equal(0, MakeFifo(At(name), 0x180));
        return At(name);
    }

    public void Dispose() => Directory.Delete(Path, true);

    [DllImport("libc", EntryPoint = "mkfifo")]
    private static extern int MakeFifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, uint mode);
}
