using System.Collections.Generic;

namespace DataStream.Config;

/// <summary>The door to configuration files for programs that embed the engine.</summary>
public static class Config
{
    /// <summary>Reads a file, lays the variables of the environment (<c>DATASTREAM__…</c>) over it and resolves secrets.</summary>
    /// <exception cref="ConfigException">The file is missing or has mistakes; the exception has all of them.</exception>
    public static PipelineConfig Load(string path) => Load(path, []);

    /// <summary>The same for a configuration that names formats which the program registers before the start.</summary>
    /// <exception cref="ConfigException">The file is missing or has mistakes; the exception has all of them.</exception>
    public static PipelineConfig Load(string path, IReadOnlyCollection<string> registeredFormats)
    {
        LoadedConfig loaded = ConfigLoader.Load(new ConfigRequest(path) { RegisteredFormats = registeredFormats });
        return loaded.Errors.Count == 0 ? loaded.Config! : throw new ConfigException(loaded.Errors.Sorted());
    }
}
