using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Numerics;
using System.Text;
using DataStream.Formats;
using DataStream.Tests.House;

namespace DataStream.Tests.Fuzz;

/// <summary>
/// Mutants of a corpus through one format. A file that makes something new happen (an outcome, in a new order or number) joins the corpus, so that changes add up.
/// A finding is a crash, a step that goes nowhere, a result that depends on how the bytes were cut, or one that an independent reader does not share.
/// </summary>
internal sealed class FuzzRun : IDisposable
{
    private const int MostSeeds = 4000;

    private readonly FuzzSubject _subject;
    private readonly Random _random;
    private readonly FuzzRig _rig;
    private readonly List<byte[]> _seeds;
    private readonly HashSet<ulong> _seen = [];
    private int _fixed;

    public FuzzRun(FuzzSubject subject, int seed, Func<FormatReading, FormatReading>? plant = null)
    {
        (_subject, _random, _rig) = (subject, new Random(seed), new FuzzRig(subject, plant));
        _seeds = [.. subject.Corpus];
        _fixed = _seeds.Count;
    }

    /// <summary>Whether a finding is made small and kept as a file.</summary>
    public bool KeepsFindings { get; init; } = true;

    /// <summary>Mutants tried.</summary>
    public int Tried { get; private set; }

    /// <summary>Files that made something new happen.</summary>
    public int Kept => _seeds.Count - _fixed;

    /// <summary>The mutants that can be read to their end, for what comes after the formats; the last ones.</summary>
    public Queue<(byte[] File, List<FuzzRecord> Records)> Sound { get; } = [];

    /// <summary>One mutant; a finding as a text, or null.</summary>
    public string? Next()
    {
        byte[] file = Mutator.Mutate(_seeds[_random.Next(_seeds.Count)], _seeds[_random.Next(_seeds.Count)], _subject, _random);
        Tried++;
        if (Judge(file, out List<FuzzRecord> records) is { } finding)
        {
            return $"mutant {Tried}: {finding}\n{(KeepsFindings ? Keep(Shrunk(file)) : Shown(file))}";
        }

        if (_seeds.Count < MostSeeds && _seen.Add(Signature(records)))
        {
            _seeds.Add(file);
        }

        if (records.Count == 0 || records[^1].Row != "stop")
        {
            Sound.Enqueue((file, records));
            if (Sound.Count > 60)
            {
                Sound.Dequeue();
            }
        }

        return null;
    }

    /// <summary>Every file of the corpus, with every place as the end of the first read.</summary>
    public string? Replay()
    {
        foreach (byte[] file in _subject.Corpus)
        {
            if (Judge(file, out List<FuzzRecord> records) is { } finding)
            {
                return finding;
            }

            for (int split = 1; split < file.Length; split++)
            {
                int first = split;
                List<FuzzRecord> actual = _rig.Run(file, () => (first, first = file.Length).first, FuzzSubject.MaxRecordSize + (split % 200), 64, 1 + (split % 9), isExperienced: true);
                if (Difference(records, actual) is { } difference)
                {
                    return $"a read that ends at {split}: {difference}\n{Shown(file)}";
                }
            }
        }

        return null;
    }

    public void Dispose() => _rig.Dispose();

    /// <summary>The file in several ways; a finding, or null.</summary>
    private string? Judge(byte[] file, out List<FuzzRecord> records)
    {
        records = [];
        try
        {
            records = _rig.Run(file, () => Math.Max(1, file.Length), 1 << 16, 2048, 4096, isExperienced: false);
            int size = _random.Next(1, 90);
            var sizes = new Random(Tried);
            return Against(records, _rig.Run(file, () => size, FuzzSubject.MaxRecordSize, 64, _random.Next(1, 9), isExperienced: true), $"reads of {size}, small payloads, a decoder with experience")
                ?? Against(records, _rig.Run(file, () => sizes.Next(1, 700), FuzzSubject.MaxRecordSize + _random.Next(600), 64, 1000, isExperienced: false), "reads of any size")
                ?? Shared(file, records);
        }
        catch (Exception thrown) when (thrown is not OutOfMemoryException)
        {
            return thrown.ToString();
        }
    }

    private static string? Against(List<FuzzRecord> expected, List<FuzzRecord> actual, string how) => Difference(expected, actual) is { } difference ? $"{how}: {difference}" : null;

    private string? Shared(byte[] file, List<FuzzRecord> records)
    {
        if (_subject.Oracle is null || (records.Count > 0 && records[^1].Row == "stop") || _subject.Oracle(file) is not { } rows)
        {
            return null;
        }

        int at = Enumerable.Range(0, Math.Max(rows.Count, records.Count)).FirstOrDefault(i => i >= rows.Count || i >= records.Count || rows[i] != records[i].Row, -1);
        return at < 0 ? null : $"the independent reader disagrees at record {at} of {rows.Count}:\n{rows.ElementAtOrDefault(at)}\n{records.ElementAtOrDefault(at)} of {records.Count}";
    }

    private static string? Difference(List<FuzzRecord> expected, List<FuzzRecord> actual)
    {
        int at = Enumerable.Range(0, Math.Max(expected.Count, actual.Count)).FirstOrDefault(i => i >= expected.Count || i >= actual.Count || expected[i] != actual[i], -1);
        return at < 0 ? null : $"record {at} of {expected.Count}:\n{expected.ElementAtOrDefault(at)}\n{actual.ElementAtOrDefault(at)} of {actual.Count}";
    }

    /// <summary>Which kinds of rows followed each other, and how many there were, roughly.</summary>
    private static ulong Signature(List<FuzzRecord> records)
    {
        ulong signature = (ulong)BitOperations.Log2((uint)records.Count + 1);
        string before = "";
        foreach (FuzzRecord record in records)
        {
            string kind = record.Row.StartsWith('{') ? string.Concat(record.Row.Select(c => char.IsAsciiDigit(c) ? '0' : c).Distinct().Where(c => c is '0' or 'n' or '.' or 'e' or '\\' or '\uFFFD' or '[' or '{').Order()) : record.Row;
            if (kind != before)
            {
                signature = (signature * 0x9E3779B97F4A7C15) + (ulong)kind.Aggregate(17L, (hash, c) => (hash * 31) + c);
                before = kind;
            }
        }

        return signature;
    }

    /// <summary>The file without what the finding does not need.</summary>
    private byte[] Shrunk(byte[] file)
    {
        for (int part = file.Length / 2; part > 0; part /= 2)
        {
            for (int at = 0; at + part <= file.Length;)
            {
                byte[] less = [.. file[..at], .. file[(at + part)..]];
                if (Judge(less, out _) is not null)
                {
                    file = less;
                }
                else
                {
                    at += part;
                }
            }
        }

        return file;
    }

    private string Keep(byte[] file)
    {
        string path = Repository.PathOf($"out/fuzz/{_subject.Name}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)[..4])}.{_subject.Extension}");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, file);
        return $"{Shown(file)}\n{Judge(file, out _)}\nkept as {path}";
    }

    private static string Shown(byte[] file) => $"{Encoding.Latin1.GetString(file)}\n{Convert.ToHexString(file)}";
}
