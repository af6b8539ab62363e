using System;
using System.CommandLine;
using System.IO;
using System.IO.Compression;
using DataStream.Flow;
using DataStream.Formats.Infer;

namespace DataStream.Host.Commands;

/// <summary><c>datastream infer FILE</c>: guesses format and schema and prints a <c>stream_settings</c> block to paste.</summary>
internal static class InferCommand
{
    // Plenty for a guess, and read in a moment.
    private const int SampleBytes = 4 << 20;

    public static Command Create(TextWriter output)
    {
        var command = new Command("infer", "Guesses format and schema from a file and prints a stream_settings block to paste");
        var file = new Argument<string>("FILE") { Description = "A data file, .gz too" };
        file.Validators.Add(UsageErrors.RefuseOptionLike);
        command.Arguments.Add(file);
        command.SetAction(parsed =>
        {
            string path = parsed.GetValue(file)!;
            byte[] head = Head(path, out bool isWhole);
            output.Write(FormatInference.Infer(head, path, isWhole));
            return ExitCode.Done;
        });
        return command;
    }

    private static byte[] Head(string path, out bool isWhole)
    {
        string file = path.StartsWith("file://", StringComparison.Ordinal) ? path[7..] : path.StartsWith("file:", StringComparison.Ordinal) ? path[5..] : path;
        try
        {
            using FileStream bytes = File.OpenRead(file);
            using Stream stream = file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(bytes, CompressionMode.Decompress) : bytes;
            byte[] head = new byte[SampleBytes + 1];
            int length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
            isWhole = length <= SampleBytes;
            return head[..Math.Min(length, SampleBytes)];
        }
        catch (InvalidDataException e)
        {
            throw new StopException(ExitCode.BadData, $"{file}: not a gzip file, whatever its name says: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StopException(ExitCode.InputOutput, Directory.Exists(file) ? $"{file}: this is a folder" : $"{file}: cannot be read: {e.Message}", e);
        }
    }
}
