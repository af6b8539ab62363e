using System;

namespace DataStream.Stages.Keys;

/// <summary>One lane's part of a keyed stage: the state of the keys that are its own. Lane thread only; it waits for nothing.</summary>
internal abstract class KeyOwner : IDisposable
{
    /// <summary>Whether managed allocations are counted.</summary>
    public bool CountsAllocations { get; set; }

    /// <summary>Before the first question: works on no rows, so that what is made at first use is there.</summary>
    public abstract void WarmUp();

    /// <summary>Works on the rows that a lane asks this one about. Called in payload order.</summary>
    public abstract void Answer(Question question, int owner);

    public abstract void Dispose();
}
