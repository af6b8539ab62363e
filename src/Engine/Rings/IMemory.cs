namespace DataStream.Rings;

/// <summary>How the code of rings and bells touches what two threads share.</summary>
/// <remarks>
/// A struct type argument: <see cref="Native"/> becomes the plain instructions, and a test's own runs the same code step by step, with store buffers
/// and every order of two threads that it wants to see.
/// </remarks>
internal interface IMemory
{
    /// <summary>What is read later is at least as new (acquire).</summary>
    static abstract long Read(ref long place);

    /// <summary>What was written before is seen by who sees this (release); a later read may be done before it.</summary>
    static abstract void Write(ref long place, long value);

    /// <summary>Every thread's writes up to now are seen by this thread, and this one's by every thread.</summary>
    static abstract void BarrierEverywhere();

    /// <summary>Where the waiters of a bell sleep.</summary>
    static abstract Door MakeDoor();

    /// <summary>A hint that this thread looks at the same place again and again.</summary>
    static abstract void Pause();

    /// <summary>A hint that this thread will read the place soon.</summary>
    static virtual void Fetch<T>(ref T place) where T : struct
    {
    }

    /// <summary>Gives the time slice to who else wants this processor.</summary>
    static abstract void Yield();
}
