using System;

namespace DataStream.Tests.Host;

/// <summary>How a command ended and what it said.</summary>
public sealed record Outcome(int Code, string Output, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
