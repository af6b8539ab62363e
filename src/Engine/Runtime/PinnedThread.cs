using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>A named background thread that runs on one core, or on some, where the system can do that, or anywhere.</summary>
/// <remarks>Linux: <c>sched_setaffinity</c>; Windows: <c>SetThreadAffinityMask</c>, the first 64 cores; macOS cannot, and <see cref="Message"/> says so.</remarks>
public sealed partial class PinnedThread
{
    // Lanes keep their data in native blocks; their stacks hold calls alone.
    private const int StackSize = 1 << 20;

    private readonly Thread _thread;
    private readonly int[] _cores;
    private readonly Action _body;
    private readonly Progress _placed = new(WaitStrategy.Block);

    /// <summary>Makes the thread; <see cref="Start"/> runs it. No cores: wherever the system puts it.</summary>
    public PinnedThread(string name, IReadOnlyList<int> cores, Action body)
    {
        ArgumentNullException.ThrowIfNull(cores);
        ArgumentNullException.ThrowIfNull(body);
        _cores = [.. cores];
        _body = body;
        _thread = new Thread(Run, StackSize) { Name = name, IsBackground = true };
    }

    /// <summary>The cores the thread may run on as the system tells after setting; empty where it does not say. Known when <see cref="Start"/> has returned.</summary>
    public IReadOnlyList<int> Cores { get; private set; } = [];

    /// <summary>Why the thread is not on the cores that were asked for; null when it is, or none were.</summary>
    public string? Message { get; private set; }

    public bool IsAlive => _thread.IsAlive;

    /// <summary>Starts the thread and waits until it is in its place. An exception that leaves the body ends the process.</summary>
    public void Start()
    {
        _thread.Start();
        _placed.WaitFor(1);
    }

    public void Join() => _thread.Join();

    /// <returns>False when the time ran out.</returns>
    public bool Join(TimeSpan limit) => _thread.Join(limit);

    private void Run()
    {
        try
        {
            Place();
        }
        finally
        {
            _placed.Set(1);
        }

        _body();
    }

    private void Place()
    {
        if (OperatingSystem.IsLinux())
        {
            int error = _cores.Length > 0 ? CpuSet.SetThread(0, _cores) : 0;
            Cores = CpuSet.OfThread(0);
            Message = error == 0 ? null : Refused(error, Marshal.GetPInvokeErrorMessage(error));
        }
        else if (OperatingSystem.IsWindows())
        {
            PlaceOnWindows();
        }
        else if (_cores.Length > 0)
        {
            Message = OperatingSystem.IsMacOS()
                ? "macOS cannot pin a thread to a core: the lanes run where the system puts them"
                : "this system's way to pin a thread to a core is not known: the lanes run where it puts them";
        }
    }

    private void PlaceOnWindows()
    {
        if (_cores.Length == 0)
        {
            Cores = CpuSet.Allowed();
            return;
        }

        nuint mask = 0;
        foreach (int core in _cores)
        {
            mask |= core < 64 ? (nuint)1 << core : 0;
        }

        // The call answers with the mask before it: the second one reads back what the first one set.
        if (mask == 0 || SetThreadAffinityMask(CurrentThread, mask) == 0)
        {
            int error = Marshal.GetLastPInvokeError();
            Message = mask == 0 ? Refused(0, "only the first 64 cores can be asked for") : Refused(error, Marshal.GetPInvokeErrorMessage(error));
            Cores = CpuSet.Allowed();
            return;
        }

        Cores = CpuSet.Numbers([SetThreadAffinityMask(CurrentThread, mask)]);
    }

    private string Refused(int error, string text) => string.Create(CultureInfo.InvariantCulture,
        $"'{_thread.Name}' cannot be pinned to {(_cores.Length == 1 ? "core" : "cores")} {string.Join(", ", _cores)}: {text} (error {error}); allowed cores: {string.Join(", ", CpuSet.Allowed())}");

    // The pseudo handle of the calling thread.
    private const nint CurrentThread = -2;

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial nuint SetThreadAffinityMask(nint thread, nuint mask);
}
