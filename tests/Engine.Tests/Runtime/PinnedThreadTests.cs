using System;
using System.Collections.Generic;
using System.Threading;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Runtime;

public sealed class PinnedThreadTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public void A_pinned_thread_runs_on_its_core_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsMacOS(), "macOS cannot pin");
        int core = CpuSet.Allowed()[^1];
        string? name = null;
        bool background = false;
        int seen = -1;
        var thread = new PinnedThread("lane 0", [core], () =>
        {
            name = Thread.CurrentThread.Name;
            background = Thread.CurrentThread.IsBackground;
            seen = Thread.GetCurrentProcessorId();
        });
        thread.Start();
        Assert.True(thread.Join(s_limit));
        Assert.Null(thread.Message);
        Assert.Equal([core], thread.Cores);
        Assert.Equal("lane 0", name);
        Assert.True(background);
        Assert.Equal(core, seen);
    }

    [Fact]
    public void Pinning_one_thread_leaves_the_others_where_they_may_run()
    {
        var before = CpuSet.Allowed();
        var thread = new PinnedThread("pinned", [before[0]], () => { });
        thread.Start();
        Assert.True(thread.Join(s_limit));
        Assert.Equal(before, CpuSet.Allowed());
        var free = new PinnedThread("free", [], () => { });
        free.Start();
        Assert.True(free.Join(s_limit));
        Assert.Null(free.Message);
        Assert.Equal(before, free.Cores);
    }

    [Fact]
    public void Threads_that_may_run_anywhere_are_moved_and_pinned_ones_stay()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux lists the runtime's threads");
        var allowed = CpuSet.Allowed();
        Assert.SkipWhen(allowed.Count < 2, "there is one core alone");
        using var seen = new ManualResetEventSlim();
        using var done = new ManualResetEventSlim();
        (IReadOnlyList<int> free, IReadOnlyList<int> pinned) = ([], []);
        void Wait(Action look)
        {
            seen.Wait();
            look();
            done.Wait();
        }

        var first = new PinnedThread("free", [], () => Wait(() => free = CpuSet.OfThread(0)));
        var second = new PinnedThread("pinned", [allowed[0]], () => Wait(() => pinned = CpuSet.OfThread(0)));
        first.Start();
        second.Start();
        try
        {
            CpuSet.MoveUnpinned(allowed, [allowed[1]]);
            seen.Set();
            done.Set();
            Assert.True(first.Join(s_limit) && second.Join(s_limit));
        }
        finally
        {
            CpuSet.MoveUnpinned([allowed[1]], allowed);
        }

        Assert.Equal([allowed[1]], free);
        Assert.Equal([allowed[0]], pinned);
        Assert.Equal(allowed, CpuSet.OfThread(Environment.ProcessId));
    }

    [Fact]
    public void A_core_that_is_not_there_is_refused_with_a_reason_and_the_body_runs()
    {
        bool ran = false;
        var thread = new PinnedThread("lane 9", [5000], () => ran = true);
        thread.Start();
        Assert.True(thread.Join(s_limit));
        Assert.True(ran);
        Assert.NotNull(thread.Message);
        if (!OperatingSystem.IsMacOS())
        {
            Assert.Contains("lane 9", thread.Message, StringComparison.Ordinal);
            Assert.Contains("5000", thread.Message, StringComparison.Ordinal);
        }
    }
}
