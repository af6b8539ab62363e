using System;
using System.Security.Cryptography;
using System.Text;

namespace DataStream.Config;

/// <summary>A fingerprint of the effective configuration: what is written, with overlays, and with references in place of secrets.</summary>
internal static class ConfigHash
{
    /// <summary>SHA-256 in hexadecimal. Keys count in their order, since columns and outputs have one; places, comments and quoting do not count.</summary>
    public static string Of(ConfigNode root)
    {
        var text = new StringBuilder();
        Write(root, text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Write(ConfigNode node, StringBuilder text)
    {
        switch (node)
        {
            case ConfigScalar { IsNull: true }:
                text.Append("~;");
                break;
            case ConfigScalar scalar:
                Write(scalar.Shown, text);
                break;
            case ConfigList list:
                text.Append('[');
                foreach (ConfigNode item in list)
                {
                    Write(item, text);
                }

                text.Append(']');
                break;
            case ConfigMap map:
                text.Append('{');
                foreach (ConfigEntry entry in map)
                {
                    Write(entry.Key, text);
                    Write(entry.Value, text);
                }

                text.Append('}');
                break;
        }
    }

    /// <summary>With its length in front, a text cannot be taken for two, or for structure.</summary>
    private static void Write(string value, StringBuilder text) =>
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{value.Length}:").Append(value);
}
