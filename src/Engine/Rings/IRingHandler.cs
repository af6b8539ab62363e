using System;

namespace DataStream.Rings;

/// <summary>Handles items of a ring on its consumer's thread. As a struct it is inlined into the ring's loop.</summary>
public interface IRingHandler<T> where T : struct
{
    /// <summary>Handles the oldest items, in place and in their order; their slots are given back when this returns. An exception poisons the ring.</summary>
    void Handle(Span<T> items);
}
