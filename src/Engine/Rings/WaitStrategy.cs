namespace DataStream.Rings;

/// <summary>What a thread does while it waits for the other side of a ring.</summary>
public enum WaitStrategy
{
    /// <summary>Pauses for some ten microseconds, yields a few times, then parks: quick under load, no processor time when idle.</summary>
    Adaptive,

    /// <summary>Pauses for ever: the quickest answer, and a whole core for each waiting thread.</summary>
    BusySpin,

    /// <summary>Pauses shortly, then gives its time slice away at each turn: a core only where nobody else wants it.</summary>
    Yield,

    /// <summary>Parks at once: the least processor time, and a wake-up by the operating system for each wait.</summary>
    Block,
}
