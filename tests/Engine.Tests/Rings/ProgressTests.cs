using System;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Rings;

public sealed class ProgressTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    public static TheoryData<WaitStrategy> Strategies => [WaitStrategy.Adaptive, WaitStrategy.BusySpin, WaitStrategy.Yield, WaitStrategy.Block];

    [Fact]
    public void A_position_that_was_reached_needs_no_wait()
    {
        var progress = new Progress(WaitStrategy.Block, 5);
        Assert.Equal(5, progress.Value);
        Assert.True(progress.WaitFor(5));
        progress.Set(9);
        Assert.True(progress.WaitFor(7));
        Assert.Equal(9, progress.Value);
    }

    [Fact]
    public void Poison_refuses_what_was_not_reached()
    {
        var progress = new Progress(WaitStrategy.Block, 5);
        progress.Poison();
        Assert.True(progress.IsPoisoned);
        Assert.True(progress.WaitFor(5));
        Assert.False(progress.WaitFor(6));
    }

    /// <summary>Three threads take turns, as lanes do that wait for the prefix: a lost wake-up shows as a wait past the limit.</summary>
    [Theory]
    [InlineData(WaitStrategy.Adaptive, 4_000)]
    [InlineData(WaitStrategy.Yield, 4_000)]
    [InlineData(WaitStrategy.Block, 4_000)]
    public async Task Several_waiters_take_turns(WaitStrategy strategy, int turns)
    {
        const int Threads = 3;
        var progress = new Progress(strategy);
        Task[] lanes = [.. Enumerable.Range(0, Threads).Select(lane => Task.Factory.StartNew(
            () =>
            {
                for (long turn = lane; turn < turns; turn += Threads)
                {
                    Assert.True(progress.WaitFor(turn));
                    Assert.Equal(turn, progress.Value);
                    progress.Set(turn + 1);
                }
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        await Task.WhenAll(lanes).WaitAsync(s_limit, TestContext.Current.CancellationToken);
        Assert.Equal(turns, progress.Value);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task Poison_releases_every_waiter(WaitStrategy strategy)
    {
        var progress = new Progress(strategy);
        using var started = new CountdownEvent(3);
        Task<bool>[] waiting = [.. Enumerable.Range(1, 3).Select(n => Task.Factory.StartNew(
            () =>
            {
                started.Signal();
                return progress.WaitFor(n * 10);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Assert.True(started.Wait(s_limit, TestContext.Current.CancellationToken));
        progress.Poison();
        Assert.All(await Task.WhenAll(waiting).WaitAsync(s_limit, TestContext.Current.CancellationToken), Assert.False);
    }

    /// <summary>A parked thread takes no processor time, whatever the machine: its own clock is read before and after a long wait.</summary>
    [Theory]
    [InlineData(WaitStrategy.Adaptive)]
    [InlineData(WaitStrategy.Block)]
    public void A_parked_waiter_takes_no_processor_time(WaitStrategy strategy)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "reads a thread's processor time from /proc");
        var progress = new Progress(strategy);
        long spent = -1;
        var thread = new Thread(() =>
        {
            long before = OwnNanoseconds();
            progress.WaitFor(1);
            spent = OwnNanoseconds() - before;
        });
        thread.Start();
        var clock = Stopwatch.StartNew();
        using var never = new ManualResetEventSlim();
        never.Wait(TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);
        long waited = (long)clock.Elapsed.TotalNanoseconds;
        progress.Set(1);
        Assert.True(thread.Join(s_limit));
        Assert.InRange(spent, 0, waited / 50);
    }

    // The first number of schedstat: nanoseconds on a processor.
    private static long OwnNanoseconds() =>
        long.Parse(System.IO.File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
}
