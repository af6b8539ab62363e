using System;
using System.IO;

namespace DataStream.Tests.Pipelines;

/// <summary>A folder for one test, gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public ScratchFolder() => Directory.CreateDirectory(FullPath);

    public string FullPath { get; } = Path.Combine(Path.GetTempPath(), "datastream-" + Guid.NewGuid().ToString("N"));

    public string this[string name] => Path.Combine(FullPath, name);

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public string Read(string name) => File.ReadAllText(this[name]);

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
