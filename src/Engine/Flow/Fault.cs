using System;

namespace DataStream.Flow;

/// <summary>Why a run ends other than by its input's end.</summary>
/// <param name="Code">The exit code; 0 for a reader of stdout that went away.</param>
/// <param name="Message">What, where and what to do; empty for 0.</param>
/// <param name="Cause">The exception behind it, where there is one.</param>
public sealed record Fault(int Code, string Message, Exception? Cause = null)
{
    /// <summary>What a lane met: of an unexpected end, with the exception behind it.</summary>
    internal static Fault Of(StopException stop) => new(stop.Code, stop.Message, stop.Code == ExitCode.Internal ? stop.InnerException : null);
}
