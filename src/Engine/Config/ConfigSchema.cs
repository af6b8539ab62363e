using System;
using System.IO;

namespace DataStream.Config;

/// <summary>The JSON Schema (draft 2020-12) of the configuration, for editors: keys, types, limits and what they mean.</summary>
public static class ConfigSchema
{
    /// <summary>The schema's text.</summary>
    public static string Json()
    {
        using Stream stream = typeof(ConfigSchema).Assembly.GetManifestResourceStream("config.schema.json")
            ?? throw new InvalidOperationException("The assembly was built without its schema.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
