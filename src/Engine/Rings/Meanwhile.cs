namespace DataStream.Rings;

/// <summary>What a thread does for other threads whenever it has to wait, and the bell that wakes it for that.</summary>
/// <remarks>
/// One per thread. Waits that are given it serve whenever they look, and park on its bell instead of their own: so whoever changes what the thread may
/// wait for, or leaves work for it, calls <see cref="Wake"/> behind the change.
/// </remarks>
public abstract class Meanwhile
{
    internal Bell<Native> Bell { get; } = new();

    /// <summary>Does the next piece of work that others have left, and waits for nothing itself; false when there is none. The thread that waits calls it.</summary>
    public abstract bool Serve();

    /// <summary>Any thread: there may be work, or what is waited for may have come. One load while the thread is not parked.</summary>
    public void Wake() => Bell.RingIfArmed();
}

/// <summary>A condition whose waiter serves while it is not met.</summary>
internal readonly struct Serving<TCondition>(TCondition condition, Meanwhile meanwhile) : ICondition where TCondition : struct, ICondition
{
    public Verdict Look()
    {
        Verdict verdict;
        do
        {
            verdict = condition.Look();
        }
        while (verdict == Verdict.Wait && meanwhile.Serve());
        return verdict;
    }
}
