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

    /// <summary>Whether two outputs would write to one file or stream.</summary>
    public static bool Same(EndpointUri one, EndpointUri other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        if (one.Scheme is not ("file" or "stdout") || other.Scheme is not ("file" or "stdout"))
        {
            return false;
        }

        if (one.Scheme == "stdout" && other.Scheme == "stdout")
        {
            return true;
        }

        // The shell may have connected the standard output to the other one's file.
        FileIdentity? first = Identity(one, 1);
        FileIdentity? second = Identity(other, 1);
        if (first is not null || second is not null || one.Scheme == "stdout" || other.Scheme == "stdout")
        {
            return first is not null && first == second;
        }

        // What is there without an identity is a device: /dev/null may be named twice.
        return !File.Exists(Target(one.Path)) && !File.Exists(Target(other.Path)) && SameToCome(one.Path, other.Path);
    }

    private static bool Meet(EndpointUri output, EndpointUri input)
    {
        if (Identity(output, 1) is FileIdentity target && Identities(input).Any(identity => identity == target))
        {
            return true;
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

    private static bool SameToCome(string one, string other)
    {
        (FileIdentity? folder, IReadOnlyList<string> names) = FileIdentity.Above(Target(one));
        (FileIdentity? otherFolder, IReadOnlyList<string> otherNames) = FileIdentity.Above(Target(other));
        StringComparer comparer = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        return folder is not null && folder == otherFolder && names.Count > 0 && names.SequenceEqual(otherNames, comparer);
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
