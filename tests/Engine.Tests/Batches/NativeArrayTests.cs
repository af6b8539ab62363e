using System;
using DataStream.Batches;
using DataStream.Flow;
using Xunit;

namespace DataStream.Tests.Batches;

public sealed class NativeArrayTests
{
    [Fact]
    public void Growing_keeps_what_is_there_and_clears_what_is_new()
    {
        using var array = new NativeArray<long>(null);
        array.Resize(3);
        array[0] = 7;
        array[2] = 9;
        array.EnsureLength(1000);
        Assert.True(array.Length >= 1000);
        Assert.Equal([7, 0, 9], array.Items[..3]);
        Assert.True(array.Items[3..].IndexOfAnyExcept(0L) < 0);
    }

    [Fact]
    public void Memory_is_charged_before_it_is_taken_and_given_back()
    {
        var budget = new MemoryBudget(1000);
        MemoryBudget.Account account = budget.Open("test");
        var array = new NativeArray<long>(account.Charge);
        array.Resize(100);
        Assert.Equal(800, account.Charged);
        Assert.Equal(71, Assert.Throws<StopException>(() => array.Resize(200)).Code);
        Assert.Equal(100, array.Length);
        array.Resize(50);
        array.Dispose();
        Assert.Equal(800, account.Charged); // what the refused growth charged stays: the run is over
    }

    [Fact]
    public void An_index_outside_is_refused()
    {
        using var array = new NativeArray<int>(null);
        array.Resize(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[4]);
        Assert.Throws<ArgumentOutOfRangeException>(() => array[-1]);
    }
}
