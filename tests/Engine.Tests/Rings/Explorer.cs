using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Threading;

namespace DataStream.Tests.Rings;

/// <summary>
/// Runs code over <see cref="Explored"/> memory in every interleaving with at most so many preemptions (Musuvathi and Qadeer, CHESS, 2007), under total
/// store order: stores wait in a buffer of their thread until a fence, a preemption that chooses to let some of them out, or the thread's rest.
/// </summary>
/// <remarks>
/// One thread moves at a time. Before each access to shared memory it may go on, or be preempted for another with any number of its oldest
/// stores let out. Pauses and sleeps pass the turn on without being counted. A run is the list of its choices, so each is repeated by them.
/// </remarks>
internal sealed class Explorer : IDisposable
{
    private const int MostSteps = 5_000;
    private const int MostStores = 8;

    [ThreadStatic]
    private static Explorer? t_current;

    [ThreadStatic]
    private static int t_me;

    private readonly int _preemptions;
    private readonly Choices _choices = new();
    private readonly SemaphoreSlim[] _turns;
    private readonly Thread[] _threads;
    private readonly CountdownEvent _ended;
    private readonly List<(nint Place, long Value)>[] _stores;
    private readonly object?[] _sleepsAt;
    private readonly bool[] _done;
    private Action[] _bodies = [];
    private int _spent;
    private int _steps;
    private volatile bool _aborted;
    private volatile bool _closed;
    private string? _failure;

    private Explorer(int threads, int preemptions)
    {
        _preemptions = preemptions;
        _turns = [.. Enumerable.Range(0, threads).Select(_ => new SemaphoreSlim(0))];
        _stores = [.. Enumerable.Range(0, threads).Select(_ => new List<(nint, long)>())];
        _sleepsAt = new object?[threads];
        _done = new bool[threads];
        _ended = new CountdownEvent(threads);
        _threads = [.. Enumerable.Range(0, threads).Select(me => new Thread(() => Work(me)) { IsBackground = true })];
    }

    /// <summary>The explorer that runs the calling thread; null on all other threads.</summary>
    public static Explorer? Current => t_current;

    /// <summary>Runs a scenario in all interleavings: it makes what is shared, the threads' bodies and what holds at the end.</summary>
    /// <returns>What went wrong first, or null; and how many interleavings were run.</returns>
    public static (string? Failure, int Runs) Explore(int preemptions, Func<(object Shared, Action[] Bodies, Action Check)> scenario)
    {
        using var explorer = new Explorer(scenario().Bodies.Length, preemptions);
        Array.ForEach(explorer._threads, t => t.Start());
        int runs = 0;
        do
        {
            runs++;
            if (explorer.RunOnce(scenario()) is { } failure)
            {
                return ($"{failure} (choices {explorer._choices})", runs);
            }
        }
        while (explorer._choices.Next());
        return (null, runs);
    }

    public void Dispose()
    {
        _closed = true;
        for (int t = 0; t < _turns.Length; t++)
        {
            _turns[t].Release();
            _threads[t].Join();
            _turns[t].Dispose();
        }

        _ended.Dispose();
    }

    public unsafe long Read(ref long place)
    {
        Step();
        nint address = (nint)Unsafe.AsPointer(ref place);
        List<(nint Place, long Value)> own = _stores[t_me];
        int latest = own.FindLastIndex(s => s.Place == address);
        return latest >= 0 ? own[latest].Value : place;
    }

    public unsafe void Write(ref long place, long value)
    {
        Step();
        _stores[t_me].Add(((nint)Unsafe.AsPointer(ref place), value));
        if (_stores[t_me].Count > MostStores)
        {
            LetOut(t_me, 1);
        }
    }

    /// <summary>A fence of the calling thread alone.</summary>
    public void Barrier()
    {
        Step();
        LetOut(t_me, MostStores);
    }

    public void BarrierEverywhere()
    {
        Step();
        for (int t = 0; t < _stores.Length; t++)
        {
            LetOut(t, MostStores);
        }
    }

    /// <summary>A place that is only ever counted up with a fence: it stands in no store buffer.</summary>
    public long RoundOf(ref long round)
    {
        Step();
        return round;
    }

    /// <summary>Counts up behind the calling thread's stores, in one step.</summary>
    public void Count(ref long round)
    {
        Step();
        LetOut(t_me, MostStores);
        round++;
    }

    /// <summary>Looks and sleeps in one step, again and again until the round is another.</summary>
    public void SleepWhile(object door, ref long place, long round)
    {
        Step();
        LetOut(t_me, MostStores);
        while (place == round)
        {
            _sleepsAt[t_me] = door;
            PassOn();
        }
    }

    public void WakeAll(object door)
    {
        Step();
        for (int t = 0; t < _sleepsAt.Length; t++)
        {
            _sleepsAt[t] = _sleepsAt[t] == door ? null : _sleepsAt[t];
        }
    }

    /// <summary>The turn passes to the next thread that can move, and what this one stored is seen.</summary>
    public void Pause()
    {
        Step();
        LetOut(t_me, MostStores);
        for (int k = 1; k < _done.Length; k++)
        {
            int other = (t_me + k) % _done.Length;
            if (CanMove(other))
            {
                SwitchTo(other);
                return;
            }
        }
    }

    private string? RunOnce((object Shared, Action[] Bodies, Action Check) scenario)
    {
        // Store buffers hold addresses: nothing that is shared may move while the threads run.
        using var pins = new Pins(scenario.Shared);
        Array.ForEach(_stores, s => s.Clear());
        Array.Clear(_sleepsAt);
        Array.Clear(_done);
        _bodies = scenario.Bodies;
        _spent = _steps = 0;
        _choices.Restart();
        _failure = null;
        _aborted = false;
        _ended.Reset();
        _turns[0].Release();
        _ended.Wait();
        if (_failure is null)
        {
            try
            {
                scenario.Check();
            }
            catch (Exception e)
            {
                _failure = "at the end: " + e.Message;
            }
        }

        return _failure;
    }

    private void Work(int me)
    {
        t_current = this;
        t_me = me;
        while (true)
        {
            _turns[me].Wait();
            if (_closed)
            {
                return;
            }

            try
            {
                if (!_aborted)
                {
                    _bodies[me]();
                }
            }
            catch (ExplorationEnded)
            {
            }
            catch (Exception e)
            {
                Abort($"thread {me}: {e.Message}");
            }

            End(me);
        }
    }

    private void End(int me)
    {
        LetOut(me, MostStores);
        _done[me] = true;
        int next = _aborted ? -1 : Array.FindIndex(_done, d => !d) < 0 ? -1 : NextMover();
        if (next >= 0)
        {
            _turns[next].Release();
        }

        _ended.Signal();
    }

    /// <summary>A moment at which another thread may get the turn.</summary>
    private void Step()
    {
        ThrowIfAborted();
        if (++_steps > MostSteps)
        {
            Abort("the threads go on for ever");
            throw new ExplorationEnded();
        }

        if (_spent == _preemptions)
        {
            return;
        }

        int each = _stores[t_me].Count + 1;
        int[] others = [.. Enumerable.Range(0, _done.Length).Where(t => t != t_me && CanMove(t))];
        int choice = _choices.Choose(1 + (others.Length * each));
        if (choice > 0)
        {
            _spent++;
            LetOut(t_me, (choice - 1) % each);
            SwitchTo(others[(choice - 1) / each]);
        }
    }

    /// <summary>This thread cannot go on.</summary>
    private void PassOn()
    {
        int next = NextMover();
        if (next < 0)
        {
            throw new ExplorationEnded();
        }

        if (next != t_me)
        {
            SwitchTo(next);
        }
    }

    /// <summary>One of the threads that can move; −1, and the run is over, when all wait for each other.</summary>
    private int NextMover()
    {
        int[] movers = [.. Enumerable.Range(0, _done.Length).Where(CanMove)];
        if (movers.Length == 0)
        {
            Abort("nobody can move: " + string.Join(", ", Enumerable.Range(0, _done.Length).Where(t => !_done[t]).Select(t => $"thread {t} sleeps")));
            return -1;
        }

        return movers[_choices.Choose(movers.Length)];
    }

    private bool CanMove(int thread) => !_done[thread] && _sleepsAt[thread] is null;

    private void SwitchTo(int thread)
    {
        int me = t_me;
        _turns[thread].Release();
        _turns[me].Wait();
        ThrowIfAborted();
    }

    /// <summary>The oldest stores of a thread reach memory.</summary>
    private unsafe void LetOut(int thread, int count)
    {
        List<(nint Place, long Value)> stores = _stores[thread];
        count = Math.Min(count, stores.Count);
        for (int i = 0; i < count; i++)
        {
            *(long*)stores[i].Place = stores[i].Value;
        }

        stores.RemoveRange(0, count);
    }

    private void Abort(string failure)
    {
        _failure ??= failure;
        _aborted = true;

        // Everyone else leaves by an exception at the place where it waits for its turn.
        for (int t = 0; t < _turns.Length; t++)
        {
            if (t != t_me && !_done[t])
            {
                _turns[t].Release();
            }
        }
    }

    private void ThrowIfAborted()
    {
        if (_aborted)
        {
            throw new ExplorationEnded();
        }
    }

    private sealed class ExplorationEnded : Exception;
}
