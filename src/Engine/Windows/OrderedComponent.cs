using System;

namespace DataStream.Windows;

/// <summary>A component that keeps one value as its order.</summary>
internal abstract class OrderedComponent(int words) : Component(words)
{
    /// <summary>The order of the value, if there is one.</summary>
    public abstract bool TryGet(ReadOnlySpan<long> state, out long order);
}
