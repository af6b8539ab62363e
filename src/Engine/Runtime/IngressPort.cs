using System;
using System.Collections.Generic;
using DataStream.Formats;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>An input that an embedding program feeds with structs.</summary>
public abstract class IngressPort
{
    /// <summary>The name in <c>memory:NAME</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The columns that the struct's fields become.</summary>
    public abstract IReadOnlyList<DecodeField> Fields { get; }

    /// <summary>Nothing follows: the pipeline closes its windows and ends.</summary>
    public abstract void Complete();

    /// <summary>Nothing is taken any more: producers that wait for room are told so. When no lane is at work, or none ever was.</summary>
    internal abstract void Abandon();

    /// <summary>Structs that were handed over and not taken yet. Lane thread.</summary>
    internal abstract int Waiting { get; }

    /// <summary>Waits for a struct; false when nothing follows, and then for ever. Lane thread.</summary>
    internal abstract bool WaitForItem();

    /// <summary>The oldest structs are worked on. Lane thread.</summary>
    internal abstract void Release(int count);

    /// <summary>What the rings of all producers take.</summary>
    internal abstract long Bytes { get; }

    /// <summary>How the lane waits, as the plan has it. Before the lane starts.</summary>
    internal abstract void WaitAs(WaitStrategy strategy);

    internal abstract Decoder CreateDecoder(IReadOnlyList<DecodeField> fields);
}
