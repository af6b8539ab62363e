using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using DataStream.Kernels;
using DataStream.Rings;
using Xunit;

namespace DataStream.Tests.Allocation;

/// <summary>Tables of kernels are there before the first payload: which one makes a lane need them is up to the data, a number of 17 digits for one.</summary>
public sealed class ColdPathsTests
{
    [Fact]
    public void No_class_of_the_kernels_makes_anything_behind_the_start()
    {
        var fresh = new Fresh();
        Assembly engine = fresh.LoadFromAssemblyName(typeof(Progress).Assembly.GetName());
        Type coldPaths = engine.GetType("DataStream.Runtime.ColdPaths", throwOnError: true)!;
        coldPaths.GetMethod("Touch", BindingFlags.Static | BindingFlags.Public)!.Invoke(null, null);
        List<string> late = [];
        Type[] made = [.. fresh.LoadFromAssemblyName(typeof(Numbers).Assembly.GetName()).GetTypes().Where(type => type is { TypeInitializer: not null, ContainsGenericParameters: false })];
        RuntimeHelpers.RunClassConstructor(made[0].TypeHandle); // the call itself is warm then
        foreach (Type type in made)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            if (bytes > 0 && type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).Any(field => !field.FieldType.IsValueType))
            {
                late.Add($"{type.Name}: {bytes} bytes");
            }
        }

        Assert.True(made.Length > 3);
        Assert.Empty(late);
    }

    /// <summary>The engine and its kernels once more: no class of them was used yet.</summary>
    private sealed class Fresh() : AssemblyLoadContext("fresh")
    {
        protected override Assembly? Load(AssemblyName name)
        {
            string path = Path.Combine(AppContext.BaseDirectory, name.Name + ".dll");
            return name.Name is "DataStream.Engine" or "DataStream.Engine.Kernels" ? LoadFromAssemblyPath(path) : null;
        }
    }
}
