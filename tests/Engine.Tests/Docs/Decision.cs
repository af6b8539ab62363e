using System;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Threading.Tasks;
using DataStream.Host;
using DataStream.Runtime;
using DataStream.Tests.Host;
using DataStream.Tests.Pipelines;

namespace DataStream.Tests.Docs;

/// <summary>Runs the smallest pipeline that shows what docs/CONFIG.md decides.</summary>
internal static class Decision
{
    /// <summary>From <c>in.EXTENSION</c> through the settings to NDJSON: the lines of main, then † and the reason of each dead record, with a bar between.</summary>
    /// <param name="settings">Lines of <c>stream_settings</c>, separated by bars.</param>
    /// <param name="input">The file's text; <c>~</c> stands for a line feed.</param>
    /// <param name="rest">Lines of the configuration behind <c>stream_settings</c>, separated by bars.</param>
    public static async Task<string> Run(string extension, string settings, string input, string rest = "")
    {
        using var folder = new ScratchFolder();
        folder.Write("in." + extension, input.Replace('~', '\n'));
        RunReport report = await PipelineTester.Run(folder, Yaml(extension, settings, rest));
        string main = folder.Read("out.ndjson").TrimEnd('\n').Replace('\n', '|');
        string dead = string.Concat(folder.Read("dead.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => $"†{JsonDocument.Parse(line).RootElement.GetProperty("reason")}"));
        return main + dead + (report.ExitCode is 0 or 65 && dead.Length > 0 ? "" : report.ExitCode == 0 ? "" : $"!{report.ExitCode} {report.Message}");
    }

    /// <summary>What <c>check</c> says, places without the file's name.</summary>
    public static string Check(string settings, string rest = "", string extension = "csv")
    {
        using var scratch = new Scratch();
        using var output = new StringWriter();
        using var error = new StringWriter();
        string path = scratch.Write("config.yaml", Yaml(extension, settings, rest));
        Program.Execute(["check", path], output, error);
        return error.ToString().Replace(path + ":", "", StringComparison.Ordinal);
    }

    private static string Yaml(string extension, string settings, string rest) =>
        $$"""
        stream_settings:
          stream_output: {main: "file:{DIR}/out.ndjson", dead: "file:{DIR}/dead.ndjson"}
          output_format: json

        """.Replace("\r", "", StringComparison.Ordinal)
        + (settings.Contains("stream_input", StringComparison.Ordinal) ? "" : $"  stream_input: \"file:{{DIR}}/in.{extension}\"\n")
        + string.Concat(settings.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(line => $"  {line.Trim()}\n"))
        + string.Concat(rest.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(line => $"{line.TrimEnd()}\n"));
}
