using System;
using System.Collections.Generic;
using System.IO;
using DataStream.Flow;

namespace DataStream.Sources;

/// <summary>
/// A path with wildcards: <c>*</c> any characters of a name, <c>?</c> one, <c>[a-z]</c> or <c>[!a-z]</c> one of a set, <c>**</c> any
/// number of folders. Names that begin with a point are matched only by a pattern that begins with one, as in a shell.
/// </summary>
/// <remarks>A file that bears the pattern itself as its name is meant by it. <c>**</c> does not follow links to folders.</remarks>
internal sealed class Glob
{
    private static readonly EnumerationOptions s_all = new() { AttributesToSkip = 0, IgnoreInaccessible = false, MatchType = MatchType.Simple };

    private static readonly char[] s_wildcards = ['*', '?', '['];

    private readonly string[] _segments;
    private readonly int _literals;
    private readonly string _root;

    public Glob(string pattern)
    {
        string[] segments = pattern.Replace(Path.DirectorySeparatorChar, '/').Split('/');
        _literals = 0;
        while (_literals < segments.Length - 1 && segments[_literals].IndexOfAny(s_wildcards) < 0)
        {
            _literals++;
        }

        // "" for a pattern without a folder, "/" for one at the root.
        _root = string.Join('/', segments[.._literals]);
        _root = _literals > 0 && _root.Length == 0 ? "/" : _root;
        _segments = segments[_literals..];
    }

    /// <summary>The folder in front of the first wildcard; empty: the working directory.</summary>
    public string Root => _root;

    /// <summary>Whether the path is a pattern: it has wildcards and is not a file's own name.</summary>
    public static bool IsGlob(string path) => path.IndexOfAny(s_wildcards) >= 0 && !File.Exists(path);

    /// <summary>The files that match now, in ordinal order of their paths.</summary>
    /// <exception cref="StopException">A folder cannot be read: 74.</exception>
    public List<string> Find()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Walk(_root, 0, found);
        return [.. found];
    }

    /// <summary>Whether a path below <see cref="Root"/>, given by its names, matches, whether or not it is there.</summary>
    public bool Matches(ReadOnlySpan<string> names) => Matches(_segments, names);

    private static bool Matches(ReadOnlySpan<string> segments, ReadOnlySpan<string> names)
    {
        if (segments.IsEmpty)
        {
            return names.IsEmpty;
        }

        if (segments[0] == "**")
        {
            for (int skip = 0; skip <= names.Length; skip++)
            {
                if (Matches(segments[1..], names[skip..]))
                {
                    return true;
                }

                if (skip < names.Length && names[skip].StartsWith('.'))
                {
                    break;
                }
            }

            // At the end it stands for all files below.
            return segments.Length == 1 && names.Length > 0 && !names[^1].StartsWith('.');
        }

        return !names.IsEmpty && MatchesName(segments[0], names[0]) && Matches(segments[1..], names[1..]);
    }

    /// <summary>Whether a name matches one segment of a pattern; time grows with the product of their lengths at most.</summary>
    internal static bool MatchesName(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        if (name.StartsWith('.') && !pattern.StartsWith('.'))
        {
            return false;
        }

        int p = 0;
        int n = 0;
        int star = -1;
        int starred = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                starred = n;
            }
            else if (p < pattern.Length && MatchesOne(pattern[p..], name[n], out int length))
            {
                p += length;
                n++;
            }
            else if (star >= 0)
            {
                // The last star takes one character more.
                p = star + 1;
                n = ++starred;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, char c, out int length)
    {
        length = 1;
        if (pattern[0] == '?')
        {
            return true;
        }

        // A ] right behind the opening is of the set; without a closing one the [ stands for itself.
        int first = pattern.Length > 1 && pattern[1] is '!' or '^' ? 2 : 1;
        int close = pattern[0] == '[' && pattern.Length > first + 1 ? pattern[(first + 1)..].IndexOf(']') : -1;
        if (close < 0)
        {
            return pattern[0] == c;
        }

        ReadOnlySpan<char> set = pattern.Slice(first, close + 1);
        length = first + set.Length + 1;
        bool found = false;
        for (int i = 0; i < set.Length; i++)
        {
            bool range = i + 2 < set.Length && set[i + 1] == '-';
            found |= range ? c >= set[i] && c <= set[i + 2] : c == set[i];
            i += range ? 2 : 0;
        }

        return found == (first == 1);
    }

    private void Walk(string folder, int segment, SortedSet<string> found)
    {
        string pattern = _segments[segment];
        bool last = segment == _segments.Length - 1;
        bool deep = pattern == "**";
        if (deep && !last)
        {
            Walk(folder, segment + 1, found);
        }

        if (!last && pattern.IndexOfAny(s_wildcards) < 0)
        {
            string next = Join(folder, pattern);
            if (Directory.Exists(next))
            {
                Walk(next, segment + 1, found);
            }

            return;
        }

        foreach (FileSystemInfo entry in Entries(folder))
        {
            bool isFolder = (entry.Attributes & FileAttributes.Directory) != 0;
            if (!MatchesName(deep ? "*" : pattern, entry.Name))
            {
                continue;
            }

            if (entry.Name.Contains('\uFFFD') && !entry.Exists)
            {
                // The class library cannot say such a name, and a file that matches is not passed over.
                throw InputOutputFault.Of("read", Join(folder, entry.Name), "its name is not UTF-8; rename it");
            }

            if (!isFolder && last)
            {
                found.Add(Join(folder, entry.Name));
            }
            else if (isFolder && deep && entry.LinkTarget is null)
            {
                Walk(Join(folder, entry.Name), segment, found);
            }
            else if (isFolder && !deep && !last)
            {
                Walk(Join(folder, entry.Name), segment + 1, found);
            }
        }
    }

    private static List<FileSystemInfo> Entries(string folder)
    {
        try
        {
            var info = new DirectoryInfo(folder.Length == 0 ? "." : folder);
            return info.Exists ? [.. info.EnumerateFileSystemInfos("*", s_all)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw InputOutputFault.Of("read", folder, e);
        }
    }

    private static string Join(string folder, string name) =>
        folder.Length == 0 ? name : folder.EndsWith('/') ? folder + name : folder + "/" + name;
}
