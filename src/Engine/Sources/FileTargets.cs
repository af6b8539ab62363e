using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using DataStream.Config;

namespace DataStream.Sources;

/// <summary>Whether endpoints meet in one file. Nothing is opened or made.</summary>
public static class FileTargets
{
    /// <summary>The input that an output would overwrite: the same file by any spelling or link, or one that the input's glob matches or would match. Null: none.</summary>
    public static string? Overwritten(EndpointUri output, IReadOnlyList<EndpointUri> inputs)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(inputs);
        foreach (EndpointUri input in inputs)
        {
            if (Meet(output, input))
            {
                return input.Scheme == "file" ? input.Path : input.Scheme;
            }
        }

        return null;
    }

    /// <summary>The first of these outputs that would write to the file or stream of an earlier one, and that one; null where each has its own.</summary>
    public static (int Output, int Earlier)? Shared(IReadOnlyList<EndpointUri> outputs)
    {
        ArgumentNullException.ThrowIfNull(outputs);
        var targets = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < outputs.Count; i++)
        {
            if (KeyOf(outputs[i]) is string key && !targets.TryAdd(key, i))
            {
                return (i, targets[key]);
            }
        }

        return null;
    }

    /// <summary>
    /// The first of these inputs that would read the stream of an earlier one, and that one: each would get a part of it. Null where each has its own; a file is read by
    /// each from its beginning and may be named twice.
    /// </summary>
    public static (int Input, int Earlier)? SharedStream(IReadOnlyList<EndpointUri> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var streams = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < inputs.Count; i++)
        {
            List<string> keys = [];
            foreach (FileIdentity identity in Identities(inputs[i]))
            {
                if (identity.IsStream)
                {
                    keys.Add(identity.ToString());
                }
            }

            if (inputs[i].Scheme == "stdin")
            {
                keys.Add(inputs[i].Scheme);
            }

            foreach (string key in keys)
            {
                if (!streams.TryAdd(key, i) && streams[key] != i)
                {
                    return (i, streams[key]);
                }
            }
        }

        return null;
    }

    /// <summary>Whether two outputs would write to one file or stream.</summary>
    public static bool Same(EndpointUri one, EndpointUri other) => Shared([one, other]) is not null;

    // What is the same for all ways to one target. Null: a device, which may be named twice, or no file.
    private static string? KeyOf(EndpointUri output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.Scheme is not ("file" or "stdout"))
        {
            return null;
        }

        // The shell may have connected the standard output to another output's file.
        if (Identity(output, 1) is FileIdentity there)
        {
            return there.ToString();
        }

        if (output.Scheme == "stdout")
        {
            return output.Scheme;
        }

        string target = Target(output.Path);
        if (File.Exists(target) || FileIdentity.Above(target) is not (FileIdentity folder, { Count: > 0 } names))
        {
            return null;
        }

        string name = string.Join('/', names);
        return folder + "/" + (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? name.ToUpperInvariant() : name);
    }

    private static bool Meet(EndpointUri output, EndpointUri input)
    {
        if (Identity(output, 1) is FileIdentity target)
        {
            foreach (FileIdentity identity in Identities(input))
            {
                if (identity == target)
                {
                    return true;
                }
            }
        }

        return output.Scheme == "file" && input.Scheme == "file" && Glob.IsGlob(input.Path) && WouldMatch(new Glob(input.Path), output.Path);
    }

    private static IEnumerable<FileIdentity> Identities(EndpointUri input)
    {
        if (input.Scheme != "file" || !Glob.IsGlob(input.Path))
        {
            return Identity(input, 0) is FileIdentity one ? [one] : [];
        }

        return new Glob(input.Path).Find().Select(FileIdentity.Of).OfType<FileIdentity>();
    }

    private static FileIdentity? Identity(EndpointUri uri, int standardStream) => uri.Scheme switch
    {
        "file" => FileIdentity.Of(uri.Path),
        "stdin" or "stdout" => FileIdentity.OfStandardStream(standardStream),
        _ => null,
    };

    // The output's folders from the outside in: behind the one that is the glob's root, the names must match.
    private static bool WouldMatch(Glob glob, string output)
    {
        if (FileIdentity.Of(glob.Root.Length == 0 ? "." : glob.Root) is not FileIdentity root)
        {
            return false;
        }

        List<string> names = [];
        for (string path = Path.GetFullPath(output); Path.GetDirectoryName(path) is string folder; path = folder)
        {
            names.Insert(0, Path.GetFileName(path));
            if (FileIdentity.Of(folder) == root && glob.Matches(names.ToArray()))
            {
                return true;
            }
        }

        return false;
    }

    // A link may lead to a file that is not there yet.
    private static string Target(string path)
    {
        try
        {
            return new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException)
        {
            return path;
        }
    }
}
