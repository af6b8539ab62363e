using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.IO.Hashing;
using DataStream.Batches;

namespace DataStream.Kafka.Changelogs;

/// <summary>What a changelog has of one state, page by page, so that a commit writes those pages alone that have changed. Reader thread only.</summary>
/// <remarks>The list of parts (scope, number, length) is a part itself, the last one.</remarks>
internal sealed class PageTable
{
    /// <summary>Bytes of a page: small, since one changed byte writes a whole one.</summary>
    public const int PageSize = 2048;

    private const int EntrySize = 16;
    private static readonly (long Scope, int Part) s_directory = (long.MaxValue, 0);

    private readonly Dictionary<(long Scope, int Part), ulong[]> _hashes = [];
    private readonly HashSet<(long Scope, int Part)> _met = [];
    private readonly List<(long Scope, int Part)> _gone = [];
    private byte[] _directory = [];

    /// <summary>Gives each page that is not as the changelog has it, and each that is no more (null), and says what the whole is.</summary>
    public (ulong Digest, int Directory) Update(StateImage image, Action<PageName, ReadOnlyMemory<byte>?> put)
    {
        var digest = new XxHash3();
        _met.Clear();
        if (_directory.Length < image.Count * EntrySize)
        {
            _directory = new byte[2 * image.Count * EntrySize];
        }

        for (int i = 0; i < image.Count; i++)
        {
            (long scope, int part) = image.NameOf(i);
            Span<byte> entry = _directory.AsSpan(i * EntrySize, EntrySize);
            BinaryPrimitives.WriteInt64LittleEndian(entry, scope);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], part);
            BinaryPrimitives.WriteInt32LittleEndian(entry[12..], image[i].Length);
            Update((scope, part), image[i], digest, put);
        }

        int length = image.Count * EntrySize;
        Update(s_directory, _directory.AsSpan(0, length), digest, put);
        foreach ((long Scope, int Part) name in _hashes.Keys)
        {
            if (!_met.Contains(name))
            {
                _gone.Add(name);
            }
        }

        foreach ((long Scope, int Part) name in _gone)
        {
            Clear(name, 0, put);
            _hashes.Remove(name);
        }

        _gone.Clear();
        return (digest.GetCurrentHashAsUInt64(), length);
    }

    /// <summary>Takes over what a changelog has.</summary>
    public void Know(Dictionary<PageName, byte[]> pages)
    {
        _hashes.Clear();
        foreach ((PageName page, byte[] bytes) in pages)
        {
            ulong[] hashes = _hashes.GetValueOrDefault((page.Scope, page.Part)) ?? [];
            if (hashes.Length <= page.Number)
            {
                Array.Resize(ref hashes, page.Number + 1);
            }

            hashes[page.Number] = Hash(bytes);
            _hashes[(page.Scope, page.Part)] = hashes;
        }
    }

    /// <summary>Makes the image again from its pages; false where they are not those that the mark was written behind.</summary>
    public static bool TryAssemble(Dictionary<PageName, byte[]> pages, ChangelogMark mark, StateImage image)
    {
        var digest = new XxHash3();
        var parts = new List<byte[]>();
        if (TryJoin(pages, s_directory, mark.Directory, out byte[] directory) && mark.Directory % EntrySize == 0)
        {
            for (int at = 0; at < directory.Length; at += EntrySize)
            {
                var name = (BinaryPrimitives.ReadInt64LittleEndian(directory.AsSpan(at)), BinaryPrimitives.ReadInt32LittleEndian(directory.AsSpan(at + 8)));
                if (!TryJoin(pages, name, BinaryPrimitives.ReadInt32LittleEndian(directory.AsSpan(at + 12)), out byte[] part))
                {
                    return false;
                }

                Digest(part, digest);
                image.Add(name.Item1, name.Item2, part);
            }

            Digest(directory, digest);
            image.Time = mark.Time;
            return digest.GetCurrentHashAsUInt64() == mark.Digest;
        }

        return false;
    }

    private static bool TryJoin(Dictionary<PageName, byte[]> pages, (long Scope, int Part) name, int length, out byte[] whole)
    {
        whole = [];
        if (length < 0 || length > (long)pages.Count * PageSize)
        {
            return false;
        }

        whole = new byte[length];
        for (int at = 0; at < length; at += PageSize)
        {
            int size = Math.Min(PageSize, length - at);
            if (!pages.TryGetValue(new PageName(name.Scope, name.Part, at / PageSize), out byte[]? page) || page.Length != size)
            {
                return false;
            }

            page.CopyTo(whole, at);
        }

        return true;
    }

    private static void Digest(ReadOnlySpan<byte> part, XxHash3 digest)
    {
        for (int at = 0; at < part.Length; at += PageSize)
        {
            Append(digest, Hash(part.Slice(at, Math.Min(PageSize, part.Length - at))));
        }
    }

    private static void Append(XxHash3 digest, ulong hash)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, hash);
        digest.Append(bytes);
    }

    private static ulong Hash(ReadOnlySpan<byte> page) => XxHash3.HashToUInt64(page) | 1; // 0: not known

    private void Update((long Scope, int Part) name, ReadOnlySpan<byte> bytes, XxHash3 digest, Action<PageName, ReadOnlyMemory<byte>?> put)
    {
        _met.Add(name);
        int count = (bytes.Length + PageSize - 1) / PageSize;
        Clear(name, count, put);
        ulong[] hashes = _hashes.GetValueOrDefault(name) ?? [];
        if (hashes.Length != count)
        {
            Array.Resize(ref hashes, count);
            _hashes[name] = hashes;
        }

        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> page = bytes.Slice(i * PageSize, Math.Min(PageSize, bytes.Length - (i * PageSize)));
            ulong hash = Hash(page);
            Append(digest, hash);
            if (hashes[i] != hash)
            {
                hashes[i] = hash;
                put(new PageName(name.Scope, name.Part, i), page.ToArray());
            }
        }
    }

    /// <summary>The pages of a part from this one on are no more.</summary>
    private void Clear((long Scope, int Part) name, int from, Action<PageName, ReadOnlyMemory<byte>?> put)
    {
        ulong[] hashes = _hashes.GetValueOrDefault(name) ?? [];
        for (int i = from; i < hashes.Length; i++)
        {
            put(new PageName(name.Scope, name.Part, i), null);
        }
    }
}
