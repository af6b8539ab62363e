using System;
using System.CommandLine;
using System.IO;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats.Infer;
using DataStream.Sources;

namespace DataStream.Host.Commands;

/// <summary><c>datastream infer FILE</c>: guesses format and schema and prints a <c>stream_settings</c> block to paste.</summary>
internal static class InferCommand
{
    // Plenty for a guess, and read in a moment.
    private const int SampleBytes = 4 << 20;

    public static Command Create(TextWriter output)
    {
        var command = new Command("infer", "Guesses format and schema from a file and prints a stream_settings block to paste");
        var file = new Argument<string>("FILE") { Description = "A data file, .gz and .zst too" };
        file.Validators.Add(UsageErrors.RefuseOptionLike);
        command.Arguments.Add(file);
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file)!;
            byte[] head = Head(path, out bool isWhole, out StopException? damage);
            output.Write(FormatInference.Infer(head, path, isWhole));
            return damage is null ? ExitCode.Done : throw damage;
        });
        return command;
    }

    /// <summary>The first bytes as a run would read them: decompressed, archives refused.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isWhole">They are all of it.</param>
    /// <param name="damage">What ended the reading: the whole records before it are enough for a guess, as a run would take them.</param>
    private static byte[] Head(string path, out bool isWhole, out StopException? damage)
    {
        damage = null;
        string uri = path.StartsWith("file:", StringComparison.Ordinal) ? path : "file:" + path;
        if (!EndpointUri.TryParseInput(uri, out EndpointUri file, out string error))
        {
            throw new UsageException(error);
        }

        using var source = new FileSource([file]);
        source.NextPart(out _);
        byte[] head = new byte[SampleBytes + 1];
        int length = 0;
        try
        {
            for (int read; length < head.Length && (read = source.Read(head.AsSpan(length))) > 0;)
            {
                length += read;
            }
        }
        catch (StopException e) when (e.Code == ExitCode.InputOutput && length > 0)
        {
            damage = e;
        }

        isWhole = length <= SampleBytes && damage is null;
        return head[..Math.Min(length, SampleBytes)];
    }
}
