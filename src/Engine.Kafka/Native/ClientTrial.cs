using System;
using System.Collections.Generic;

namespace DataStream.Kafka.Native;

/// <summary>Whether librdkafka takes settings, as it says it itself. Nothing is connected to.</summary>
internal static class ClientTrial
{
    /// <summary>Why a value is refused; null: it is taken.</summary>
    public static string? FaultOf(string name, string value)
    {
        Span<byte> error = stackalloc byte[NativeSettings.TextLength];
        nint made = NativeSettings.Take([new(name, value)], error);
        if (made == 0)
        {
            return NativeSettings.TextOf(error);
        }

        RdKafka.DestroySettings(made);
        return null;
    }

    /// <summary>Why no client is made of settings that are taken one by one; null: one was made, and is gone again.</summary>
    /// <param name="type">A producer or a consumer.</param>
    /// <param name="settings">By name, without brokers: it would connect to them.</param>
    public static string? FaultOf(int type, IEnumerable<KeyValuePair<string, string>> settings)
    {
        Span<byte> error = stackalloc byte[NativeSettings.TextLength];
        nint made = NativeSettings.Take(settings, error);
        nint client = made == 0 ? 0 : NativeSettings.MakeClient(type, made, error);
        if (client == 0)
        {
            return NativeSettings.TextOf(error);
        }

        RdKafka.Destroy(client);
        return null;
    }
}
