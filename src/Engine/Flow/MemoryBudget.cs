using System;
using System.Globalization;
using System.Threading;

namespace DataStream.Flow;

/// <summary>What grows while a pipeline runs is charged here; past the budget the run ends with 71 and the module's name.</summary>
/// <remarks>Safe for many threads. What is fixed is charged when the plan is built.</remarks>
public sealed class MemoryBudget
{
    private long _charged;

    public MemoryBudget(long limit)
    {
        Limit = limit;
        Lent = new LentMemory(this);
    }

    public long Limit { get; }

    /// <summary>What of it is lent for a while.</summary>
    internal LentMemory Lent { get; }

    public long Charged => Volatile.Read(ref _charged);

    /// <summary>The account of one stage or connector.</summary>
    /// <param name="owner">Its name, for the message.</param>
    /// <param name="advice">What else helps than more memory; null: nothing.</param>
    public Account Open(string owner, string? advice = null) => new(this, owner, long.MaxValue, "", advice);

    /// <summary>The account of one module.</summary>
    public Account OpenModule(string owner) => Open(owner, "give the module fewer keys or shorter windows");

    /// <summary>The account of one owner with a limit of its own, which this key of the configuration sets.</summary>
    public Account Open(string owner, long limit, string key) => new(this, owner, limit, key, null);

    private bool TryAdd(long bytes)
    {
        for (long charged = Charged; charged + bytes <= Limit;)
        {
            long found = Interlocked.CompareExchange(ref _charged, charged + bytes, charged);
            if (found == charged)
            {
                return true;
            }

            charged = found;
        }

        return false;
    }

    /// <summary>One owner's charges.</summary>
    public sealed class Account(MemoryBudget budget, string owner, long limit, string key, string? advice)
    {
        private long _charged;

        public string Owner => owner;

        public long Charged => Volatile.Read(ref _charged);

        /// <summary>Adds bytes before they are allocated; takes them off where negative.</summary>
        /// <exception cref="StopException">The budget is spent: 71.</exception>
        public void Charge(long bytes)
        {
            long mine = Interlocked.Add(ref _charged, bytes);
            if (mine > limit && bytes > 0)
            {
                throw new StopException(ExitCode.Limit, string.Create(CultureInfo.InvariantCulture,
                    $"{key}: '{owner}' needs {bytes:N0} bytes more than its {mine - bytes:N0}, and may have {limit:N0}; raise {key}, or give it fewer keys or shorter windows"));
            }

            long total = Interlocked.Add(ref budget._charged, bytes);
            if (total > budget.Limit && bytes > 0)
            {
                throw new StopException(ExitCode.Limit, string.Create(CultureInfo.InvariantCulture,
                    $"memory_budget: '{owner}' needs {bytes:N0} bytes more than its {Charged - bytes:N0}, and {total - bytes:N0} of {budget.Limit:N0} are taken; raise performance_tuning.memory_budget{(advice is null ? "" : $", or {advice}")}"));
            }
        }

        /// <summary>Adds bytes where the budget and the owner have so many left; false: nothing was added, and nobody else was refused meanwhile.</summary>
        public bool TryCharge(long bytes)
        {
            if (Interlocked.Add(ref _charged, bytes) <= limit && budget.TryAdd(bytes))
            {
                return true;
            }

            Interlocked.Add(ref _charged, -bytes);
            return false;
        }
    }
}
