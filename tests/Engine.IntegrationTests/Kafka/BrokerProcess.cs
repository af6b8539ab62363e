using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>
/// One Java process that ends with the tests, however they end: a shell holds its standard input, and where that closes it kills the child.
/// Its output is read to the end; the last lines are kept for messages.
/// </summary>
public sealed class BrokerProcess : IDisposable
{
    private const int Kept = 60;
    private const string Guard = """
        exec 3<&0 2>/dev/null
        "$@" </dev/null 3<&- 2>&1 & child=$!
        echo "pid $child"
        { cat <&3; kill -9 $child; } >/dev/null & guard=$!
        wait $child; code=$?
        kill $guard
        exit $code
        """;

    private readonly Process _shell;
    private readonly Queue<string> _tail = new();
    private readonly TaskCompletionSource<string> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;

    private BrokerProcess(Process shell, string readyMark)
    {
        _shell = shell;
        string? first = shell.StandardOutput.ReadLine();
        if (first is null || !first.StartsWith("pid ", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"the shell answered '{first}'");
        }

        Id = int.Parse(first.AsSpan(4), CultureInfo.InvariantCulture);
        _reading = Task.Run(() => ReadAsync(readyMark));
    }

    /// <summary>The process id of Java itself.</summary>
    public int Id { get; }

    /// <summary>What it said last.</summary>
    public string Tail
    {
        get
        {
            lock (_tail)
            {
                return string.Join('\n', _tail);
            }
        }
    }

    public static BrokerProcess Start(string readyMark, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("sh", ["-c", Guard, "sh", program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        return new BrokerProcess(Process.Start(start)!, readyMark);
    }

    /// <summary>The line by which it says that it is ready; null when it ended before.</summary>
    public async Task<string?> ReadyAsync(TimeSpan limit)
    {
        Task first = await Task.WhenAny(_ready.Task, _reading).WaitAsync(limit).ConfigureAwait(false);
        return first == _ready.Task ? await _ready.Task.ConfigureAwait(false) : null;
    }

    /// <summary>kill -9, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        _shell.StandardInput.Close();
        await _reading.ConfigureAwait(false);
        await _shell.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Waits until it ends by itself.</summary>
    public async Task<int> EndAsync()
    {
        await _reading.ConfigureAwait(false);
        await _shell.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        return _shell.ExitCode;
    }

    public void Dispose()
    {
        _shell.StandardInput.Close();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private async Task ReadAsync(string readyMark)
    {
        while (await _shell.StandardOutput.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_tail)
            {
                _tail.Enqueue(line);
                if (_tail.Count > Kept)
                {
                    _tail.Dequeue();
                }
            }

            if (line.Contains(readyMark, StringComparison.Ordinal))
            {
                _ready.TrySetResult(line);
            }
        }
    }
}
