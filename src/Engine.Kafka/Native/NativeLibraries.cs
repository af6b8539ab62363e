using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Threading;
using Confluent.Kafka;

namespace DataStream.Kafka.Native;

/// <summary>Which librdkafka is loaded: the packaged one, for Confluent's calls and for ours, so that handles of the one mean something to the other.</summary>
/// <remarks>
/// Left to itself the runtime takes a system's <c>librdkafka.so</c> of any age where its development package is installed; the packaged file without a suffix
/// wants a SASL library that Debian and Ubuntu do not have, and the next one wants none.
/// </remarks>
public static class NativeLibraries
{
    /// <summary>A librdkafka to load in place of the packaged one: the full path of a file.</summary>
    public const string OwnLibrary = "DATASTREAM_LIBRDKAFKA";

    internal const string Name = "librdkafka";

    private static readonly string[] s_packaged = ["librdkafka.so", "centos8-librdkafka.so", "alpine-librdkafka.so"];
    private static readonly Lock s_gate = new();
    private static bool s_isSet;

    /// <summary>The version of what was loaded.</summary>
    public static string Version
    {
        get
        {
            Use();
            return Library.VersionString;
        }
    }

    /// <summary>Before the first client is made; again does nothing.</summary>
    public static void Use()
    {
        lock (s_gate)
        {
            if (s_isSet)
            {
                return;
            }

            s_isSet = true;
            try
            {
                NativeLibrary.SetDllImportResolver(typeof(Library).Assembly, Resolve);
            }
            catch (InvalidOperationException)
            {
                // The program that embeds us has set its own, and knows better.
            }

            NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Name || !OperatingSystem.IsLinux())
        {
            return 0;
        }

        if (Environment.GetEnvironmentVariable(OwnLibrary) is { Length: > 0 } own)
        {
            return NativeLibrary.Load(own);
        }

        string[] folders = [.. ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries), AppContext.BaseDirectory];
        foreach (string file in s_packaged.SelectMany(file => folders.Select(folder => Path.Combine(folder, file))))
        {
            // Full paths alone, so that a system's library is never taken for a packaged one.
            if (File.Exists(file) && NativeLibrary.TryLoad(file, out nint packaged))
            {
                return packaged;
            }
        }

        return NativeLibrary.TryLoad("librdkafka.so.1", out nint system) ? system : 0;
    }
}
