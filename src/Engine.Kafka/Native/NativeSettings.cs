using System;
using System.Collections.Generic;
using System.Text;

namespace DataStream.Kafka.Native;

/// <summary>Settings as librdkafka has them, and clients made of them; what it says where it refuses some.</summary>
internal static class NativeSettings
{
    /// <summary>How long what it says may be.</summary>
    public const int TextLength = 512;

    /// <summary>Takes settings by name. 0: one is refused, and why stands in <paramref name="error"/>; else they are a client's that is made of them, or the caller's to destroy.</summary>
    public static nint Take(IEnumerable<KeyValuePair<string, string>> settings, Span<byte> error)
    {
        NativeLibraries.Use();
        nint made = RdKafka.NewSettings();
        foreach ((string name, string value) in settings)
        {
            if (RdKafka.Set(made, name, value, error, (nuint)error.Length) != RdKafka.ConfOk)
            {
                RdKafka.DestroySettings(made);
                return 0;
            }
        }

        return made;
    }

    /// <summary>Makes a client of taken settings, which logs nothing. 0: it is refused, why stands in <paramref name="error"/>, and the settings are gone.</summary>
    /// <param name="type">A producer or a consumer.</param>
    /// <param name="settings">Those.</param>
    /// <param name="error">Where errors go.</param>
    public static nint MakeClient(int type, nint settings, Span<byte> error)
    {
        RdKafka.SetLog(settings, 0);
        nint client = RdKafka.NewClient(type, settings, error, (nuint)error.Length);
        if (client == 0)
        {
            RdKafka.DestroySettings(settings);
        }

        return client;
    }

    /// <summary>What stands where errors go.</summary>
    public static string TextOf(ReadOnlySpan<byte> error) => Encoding.UTF8.GetString(error[..Math.Max(0, error.IndexOf((byte)0))]).TrimEnd(); // some end their line
}
