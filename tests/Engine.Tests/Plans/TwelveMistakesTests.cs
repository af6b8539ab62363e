using System;
using System.Linq;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.Tests.Plans;

/// <summary>Form, names, types and expressions in one file: the loader and the planner report all at once, each at its place, and nothing twice.</summary>
public sealed class TwelveMistakesTests
{
    // A caret stands under the first character of each mistake of the line above it; the lines with carets are not in the file.
    private const string Marked = """
        stream_settings:
          stream_inputs: file:a.csv
          ^
          stream_input: file:in.csv
          stream_output: {main: file:out.csv, hot: {uri: "file:hot.csv", when_full: bloc}}
                                                                                    ^
          schema:
            at: timestamp
            device: text
            value: float46
                   ^
            status: int64
          event_time: {field: att, allowed_lateness: 5 parsecs}
                              ^                      ^
        data_cleaning:
          - {module_name: valid, module_class: filter, where: "status == 0 and (device in ('a', 'b')"}
                                                                                                    ^
        modules:
          - {module_name: twice, module_class: map, set: {double_status: "status * 2 + statsu"}}
                                                                                       ^
          - {module_name: valid, module_class: deduplicate, key: [device], within: 1m}
                          ^
          - module_name: per_device
            module_class: window
            key: [device]
            tumbling: 0s
                      ^
            aggregates: {n: count(), p: "quantile(status, 1.5)"}
                                                          ^
        error_handling: {on_error: dead_letter}
                                   ^
        performance_tuning: {payload_size: 3KiB}
                                           ^
        """;

    [Fact]
    public void All_twelve_are_reported_at_their_line_and_column()
    {
        using var scratch = new Scratch();
        var file = new System.Text.StringBuilder();
        var places = new System.Collections.Generic.List<string>();
        int line = 0;
        foreach (string text in Marked.Split('\n'))
        {
            if (!string.IsNullOrWhiteSpace(text.Replace('^', ' ')))
            {
                file.Append(text).Append('\n');
                line++;
                continue;
            }

            places.AddRange(text.Index().Where(c => c.Item == '^').Select(c => $"config.yaml:{line}:{c.Index + 1}"));
        }

        Assert.Equal(12, places.Count);
        scratch.Write("config.yaml", file.ToString());
        Outcome outcome = Command.Run(scratch.Folder, "check", "config.yaml");
        Assert.Equal(2, outcome.Code);
        Assert.Equal("", outcome.Output);
        string[] found = [.. outcome.ErrorLines.Select(error => error[..Math.Max(0, error.IndexOf(": error ", StringComparison.Ordinal))])];
        Assert.True(places.SequenceEqual(found), $"{string.Join(' ', places)}\n{string.Join(' ', found)}\n{outcome.Error}");
    }
}
