using System.Threading;
using System.Threading.Tasks;
using DataStream.Flow;
using Xunit;

namespace DataStream.Tests.Flow;

/// <summary>Memory that the halves of a run lend from one budget.</summary>
public sealed class LentMemoryTests
{
    private const long Limit = 1000;

    [Fact]
    public void Who_lends_alone_may_have_all_and_several_half_of_what_is_left()
    {
        var budget = new MemoryBudget(Limit);
        Assert.True(budget.Lent.TryTake(Limit));
        Assert.False(budget.Lent.TryTake(1));
        budget.Lent.Return(Limit);
        Assert.True(budget.Lent.TryTake(300));
        Assert.True(budget.Lent.TryTake(200));
        Assert.False(budget.Lent.TryTake(1));
        budget.Lent.Return(500);
        Assert.Equal(0, budget.Charged);
        Assert.Equal(ExitCode.Limit, Assert.Throws<StopException>(() => budget.Lent.TryTake(Limit + 1)).Code);
    }

    /// <summary>Two that each want all of it, in turns: what comes back is in the budget before anybody is told that nothing is lent, else who comes then meets a full one and ends the run.</summary>
    [Fact]
    public async Task Who_waits_for_what_comes_back_is_never_refused()
    {
        const int Rounds = 200_000;
        var budget = new MemoryBudget(Limit);
        using var both = new Barrier(2);
        using var isOver = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        void Lend()
        {
            both.SignalAndWait();
            try
            {
                for (int round = 0; round < Rounds; round++)
                {
                    while (!budget.Lent.TryTake(Limit))
                    {
                        isOver.Token.ThrowIfCancellationRequested();
                    }

                    budget.Lent.Return(Limit);
                }
            }
            catch (StopException)
            {
                isOver.Cancel(); // the other would wait for what nobody returns
                throw;
            }
        }

        await Task.WhenAll(Task.Factory.StartNew(Lend, isOver.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default), Task.Factory.StartNew(Lend, isOver.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        Assert.Equal(0, budget.Charged);
    }
}
