using System;
using System.Collections.Generic;
using System.Text;

namespace DataStream.Kafka.Native;

/// <summary>Whether librdkafka takes settings, as it says it itself. Nothing is connected to.</summary>
internal static class ClientTrial
{
    private const int TextLength = 512;

    /// <summary>Why a value is refused; null: it is taken.</summary>
    public static string? FaultOf(string name, string value)
    {
        NativeLibraries.Use();
        Span<byte> error = stackalloc byte[TextLength];
        nint made = RdKafka.NewSettings();
        bool isTaken = RdKafka.Set(made, name, value, error, TextLength) == RdKafka.ConfOk;
        RdKafka.DestroySettings(made);
        return isTaken ? null : TextOf(error);
    }

    /// <summary>Why no client is made of settings that are taken one by one; null: one was made, and is gone again.</summary>
    /// <param name="type">A producer or a consumer.</param>
    /// <param name="settings">By name, without brokers: it would connect to them.</param>
    public static string? FaultOf(int type, IEnumerable<KeyValuePair<string, string>> settings)
    {
        NativeLibraries.Use();
        Span<byte> error = stackalloc byte[TextLength];
        nint made = RdKafka.NewSettings();
        foreach ((string name, string value) in settings)
        {
            if (RdKafka.Set(made, name, value, error, TextLength) != RdKafka.ConfOk)
            {
                RdKafka.DestroySettings(made);
                return TextOf(error);
            }
        }

        RdKafka.SetLog(made, 0);
        nint client = RdKafka.NewClient(type, made, error, TextLength);
        if (client == 0)
        {
            RdKafka.DestroySettings(made);
            return TextOf(error);
        }

        RdKafka.Destroy(client);
        return null;
    }

    /// <summary>What librdkafka has written to where errors go.</summary>
    public static string TextOf(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Max(0, text.IndexOf((byte)0))]).TrimEnd(); // some end their line
}
