using System;

namespace DataStream.Flow;

/// <summary>Why a run ends other than by its input's end.</summary>
/// <param name="Code">The exit code; 0 for a reader of stdout that went away.</param>
/// <param name="Message">What, where and what to do; empty for 0.</param>
/// <param name="Cause">The exception behind it, where there is one.</param>
public sealed record Fault(int Code, string Message, Exception? Cause = null);
