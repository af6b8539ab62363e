using System.Threading;

namespace DataStream.Flow;

/// <summary>Memory for what is worked on soon and comes back then: messages longer than a slot. One for all who lend from a budget, as the halves of a run do. Any thread.</summary>
/// <remarks>
/// Who lends alone gets what the budget has left, or the run ends: it would wait for nobody. More at a time have half of what is left for them at most: what grows meanwhile, windows
/// and states, meets no full budget, and who has to wait is asked to.
/// </remarks>
internal sealed class LentMemory
{
    private readonly Lock _gate = new();
    private readonly MemoryBudget _budget;
    private readonly MemoryBudget.Account _account;

    public LentMemory(MemoryBudget budget) => (_budget, _account) = (budget, budget.Open("messages longer than a slot"));

    /// <summary>Takes so many bytes; false: not before others come back.</summary>
    /// <exception cref="StopException">The budget is spent, and nothing of it is lent: 71.</exception>
    public bool TryTake(long bytes)
    {
        lock (_gate)
        {
            long lent = _account.Charged;
            if (lent == 0)
            {
                _account.Charge(bytes);
                return true;
            }

            return lent + bytes <= (_budget.Limit - _budget.Charged + lent) / 2 && _account.TryCharge(bytes);
        }
    }

    /// <summary>They come back, to the budget before anybody is told that nothing is lent.</summary>
    public void Return(long bytes)
    {
        lock (_gate)
        {
            _account.Charge(-bytes);
        }
    }
}
