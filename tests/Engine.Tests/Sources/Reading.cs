using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using DataStream.Sources;

namespace DataStream.Tests.Sources;

/// <summary>Reads a source as the reader thread does.</summary>
internal static class Reading
{
    public static List<(string Name, string Text)> All(Source source, int bufferSize = 4096)
    {
        List<(string Name, string Text)> parts = [];
        while (source.NextPart(out string name))
        {
            parts.Add((name, Part(source, bufferSize)));
        }

        return parts;
    }

    public static string Part(Source source, int bufferSize = 4096)
    {
        var bytes = new MemoryStream();
        Part(source, bytes, bufferSize);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    /// <summary>What was read before a fault is in <paramref name="into"/>.</summary>
    public static void Part(Source source, Stream into, int bufferSize = 4096)
    {
        var buffer = new byte[bufferSize];
        for (int count; (count = source.Read(buffer)) > 0;)
        {
            into.Write(buffer.AsSpan(0, count));
        }
    }
}
