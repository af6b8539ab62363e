using System;
using System.Collections.Generic;
using System.IO;
using System.Text;

namespace DataStream.Config;

/// <summary>
/// Puts values in place of <c>${secret:env:NAME}</c> and <c>${secret:file:/path}</c>, anywhere in a scalar. Other <c>${…}</c> stays as written, and so does
/// what a secret's value holds.
/// </summary>
internal sealed class SecretResolver(IReadOnlyDictionary<string, string> environment, Action<string>? beforeReading, ConfigErrors errors)
{
    private const string Opening = "${secret:";

    /// <summary>A secret is a password or a key, not a data file.</summary>
    private const int MaxBytes = 64 * 1024;

    /// <summary>The node with secrets resolved; maps and lists are changed in place.</summary>
    public ConfigNode Resolve(ConfigNode node)
    {
        switch (node)
        {
            case ConfigScalar scalar when scalar.Value.Contains(Opening, StringComparison.Ordinal):
                return Resolve(scalar);
            case ConfigList list:
                for (int i = 0; i < list.Count; i++)
                {
                    list[i] = Resolve(list[i]);
                }

                return list;
            case ConfigMap map:
                foreach (ConfigEntry entry in (ConfigEntry[])[.. map])
                {
                    ConfigNode resolved = Resolve(entry.Value);
                    if (!ReferenceEquals(resolved, entry.Value))
                    {
                        map[entry.Key] = resolved;
                    }
                }

                return map;
            default:
                return node;
        }
    }

    private ConfigScalar Resolve(ConfigScalar scalar)
    {
        var value = new StringBuilder();
        int at = 0;
        while (scalar.Value.IndexOf(Opening, at, StringComparison.Ordinal) is >= 0 and int start)
        {
            value.Append(scalar.Value, at, start - at);
            int end = scalar.Value.IndexOf('}', start);
            if (end < 0)
            {
                errors.Add(scalar.Place, "bad_secret", $"the secret reference '{scalar.Value[start..]}' has no closing brace");
                return Unresolved(scalar);
            }

            string reference = scalar.Value[start..(end + 1)];
            if (Find(scalar.Place, reference) is not { } secret)
            {
                return Unresolved(scalar);
            }

            errors.Secrets.Add(secret, reference);
            value.Append(secret);
            at = end + 1;
        }

        value.Append(scalar.Value, at, scalar.Value.Length - at);
        errors.Secrets.Add(scalar.Place, value.ToString(), scalar.Value);
        return Resolved(scalar, value.ToString());
    }

    private string? Find(Place place, string reference)
    {
        string target = reference[Opening.Length..^1];
        if (target.StartsWith("env:", StringComparison.Ordinal) && target.Length > 4)
        {
            if (!environment.TryGetValue(target[4..], out string? value))
            {
                errors.Add(place, "secret_not_found", $"{reference} cannot be resolved: there is no environment variable '{target[4..]}'");
                return null;
            }

            return value;
        }

        if (target.StartsWith("file:", StringComparison.Ordinal) && target.Length > 5)
        {
            return Read(place, reference, target[5..]);
        }

        errors.Add(place, "bad_secret", $"{reference} is no secret reference; write ${{secret:env:NAME}} or ${{secret:file:/path}}");
        return null;
    }

    private string? Read(Place place, string reference, string path)
    {
        try
        {
            beforeReading?.Invoke(path);
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[MaxBytes + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
            {
                errors.Add(place, "secret_not_found", $"{reference} cannot be resolved: the file has more than {MaxBytes} bytes");
                return null;
            }

            // Files of secrets end in a newline because editors and echo write one; it belongs to no secret.
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes, 0, length).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string why = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : e is UnauthorizedAccessException ? "the file may not be read"
                : e is DecoderFallbackException ? "the file is not UTF-8 text" : "the file cannot be read";
            errors.Add(place, "secret_not_found", $"{reference} cannot be resolved: {why}");
            return null;
        }
    }

    private static ConfigScalar Resolved(ConfigScalar scalar, string value) =>
        new(value) { Place = scalar.Place, IsSecret = true, Shown = scalar.Value, PlaceOfCharacter = _ => scalar.Place };

    private ConfigScalar Unresolved(ConfigScalar scalar)
    {
        // Reported: what readers of the value would say would be follow-up errors.
        errors.Silence(scalar.Place);
        return Resolved(scalar, scalar.Value);
    }
}
