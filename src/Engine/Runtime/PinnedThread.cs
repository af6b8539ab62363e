using System;
using System.Collections.Generic;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>A named background thread that runs on one core where the system can do that, or anywhere.</summary>
/// <remarks>Linux: <c>sched_setaffinity</c>; Windows: <c>SetThreadAffinityMask</c>, the first 64 cores; macOS cannot, and <see cref="Message"/> says so.</remarks>
public sealed class PinnedThread
{
    // Lanes keep their data in native blocks; their stacks hold calls alone.
    private const int StackSize = 1 << 20;

    private readonly Thread _thread;
    private readonly int? _core;
    private readonly Action _body;
    private readonly Progress _placed = new(WaitStrategy.Block);

    /// <summary>Makes the thread; <see cref="Start"/> runs it. The core null: wherever the system puts it.</summary>
    public PinnedThread(string name, int? core, Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        _core = core;
        _body = body;
        _thread = new Thread(Run, StackSize) { Name = name, IsBackground = true };
    }

    /// <summary>The cores the thread may run on as the system tells after setting; empty where it does not say. Known when <see cref="Start"/> has returned.</summary>
    public IReadOnlyList<int> Cores { get; private set; } = [];

    /// <summary>Why the thread is not on the core that was asked for; null when it is, or none was.</summary>
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
            int error = _core is int core ? SetLinux(core) : 0;
            Cores = CpuSet.OfThread(0);
            Message = error == 0 ? null : Refused(error, Marshal.GetPInvokeErrorMessage(error));
        }
        else if (OperatingSystem.IsWindows())
        {
            PlaceOnWindows();
        }
        else if (_core is not null)
        {
            Message = OperatingSystem.IsMacOS()
                ? "macOS cannot pin a thread to a core: the lanes run where the system puts them"
                : "this system's way to pin a thread to a core is not known: the lanes run where it puts them";
        }
    }

    private static int SetLinux(int core)
    {
        var mask = new ulong[Math.Max(16, (core / 64) + 1)];
        mask[core / 64] = 1UL << (core % 64);
        return SetAffinity(0, (nuint)(mask.Length * sizeof(ulong)), mask) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private void PlaceOnWindows()
    {
        if (_core is not int core)
        {
            Cores = CpuSet.Allowed();
            return;
        }

        nuint mask = core < 64 ? (nuint)1 << core : 0;

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
        $"'{_thread.Name}' cannot be pinned to core {_core}: {text} (error {error}); allowed cores: {string.Join(", ", CpuSet.Allowed())}");

    // The pseudo handle of the calling thread.
    private const nint CurrentThread = -2;

    // Thread 0: the calling one.
    [DllImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static extern int SetAffinity(int thread, nuint size, [In] ulong[] mask);

    [DllImport("kernel32", SetLastError = true)]
    private static extern nuint SetThreadAffinityMask(nint thread, nuint mask);
}
