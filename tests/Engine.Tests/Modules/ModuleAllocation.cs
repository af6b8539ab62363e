using System;
using System.Collections.Generic;
using DataStream.Batches;
using Xunit;

namespace DataStream.Tests.Modules;

/// <summary>The gate on a module's hot path: a thousand batches after the warm-up allocate no managed byte.</summary>
internal static class ModuleAllocation
{
    public static void IsNothing(ModuleBench bench, IReadOnlyList<object?[]> rows, Action<Batch>? between = null)
    {
        Batch batch = bench.Fill(rows);
        int arena = batch.Arena.Length;
        long before = 0;
        for (int i = 0; i < 1100; i++)
        {
            if (i == 100)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            batch.Arena.Reset(arena);
            batch.SetCount(rows.Count);
            between?.Invoke(batch);
            bench.Module.Process(batch);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
