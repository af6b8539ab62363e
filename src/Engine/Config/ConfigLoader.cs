using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace DataStream.Config;

/// <summary>File, environment and command line to a configuration, with every mistake collected.</summary>
public static class ConfigLoader
{
    public static LoadedConfig Load(ConfigRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var errors = new ConfigErrors();
        byte[]? bytes = ReadFile(request, errors);
        return bytes is null ? new LoadedConfig(null, errors) : Load(request, bytes, errors);
    }

    /// <summary>Loads text that is no file; <see cref="ConfigRequest.File"/> is its name in errors.</summary>
    public static LoadedConfig LoadText(ConfigRequest request, ReadOnlySpan<byte> utf8) => Load(request, utf8, new ConfigErrors());

    private static LoadedConfig Load(ConfigRequest request, ReadOnlySpan<byte> bytes, ConfigErrors errors)
    {
        ConfigNode? node = YamlReader.Read(request.File, bytes, errors);
        if (node is null)
        {
            return new LoadedConfig(null, errors);
        }

        if (node is not ConfigMap root)
        {
            if (node is not ConfigScalar { IsNull: true })
            {
                errors.Add(node.Place, "bad_value", "a configuration is a map with keys such as 'stream_settings'");
                return new LoadedConfig(null, errors);
            }

            root = new ConfigMap { Place = new Place(request.File, 1, 1) };
        }

        IReadOnlyDictionary<string, string> environment = request.Environment ?? ProcessEnvironment();
        var overlays = new Overlays(root, errors);
        overlays.Apply(environment);
        overlays.Apply(request.Options);
        if (request.BatchFiles is not null)
        {
            overlays.Apply(request.BatchFiles);
        }

        if (request.ReplayFrom is not null)
        {
            Replay.Apply(root, request.ReplayFrom, request.File);
        }

        new SecretResolver(environment, request.BeforeReading, errors).Resolve(root);
        PipelineConfig config = new PipelineReader(request.File, request.RegisteredFormats, errors).Read(root);
        config = config with { LateHash = new Lazy<string>(() => ConfigHash.Of(root)), Secrets = errors.Secrets };
        // Lists may be changed in place: what was read has its own.
        PipelineConfig read = config with
        {
            DataCleaning = [.. config.DataCleaning],
            Modules = [.. config.Modules],
            Stream = config.Stream with { Inputs = [.. config.Stream.Inputs], Outputs = [.. config.Stream.Outputs], Schema = config.Stream.Schema is { } schema ? [.. schema] : null },
        };
        return new LoadedConfig(config with { AsRead = read }, errors);
    }

    private static byte[]? ReadFile(ConfigRequest request, ConfigErrors errors)
    {
        string path = request.File;
        try
        {
            request.BeforeReading?.Invoke(path);
            using FileStream file = File.OpenRead(path);
            // One byte more than allowed, so that a longer file, or one without end, is known for what it is.
            byte[] bytes = new byte[YamlReader.MaxBytes + 1];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return bytes[..length];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string why = e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file"
                : Directory.Exists(path) ? "it is a folder" : "it cannot be read: " + e.Message;
            errors.Add(new Place(path, 1, 1), "no_configuration", $"the configuration '{path}' cannot be opened: {why}");
            return null;
        }
    }

    private static Dictionary<string, string> ProcessEnvironment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            variables[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return variables;
    }
}
