using System;

namespace DataStream.Formats;

/// <summary>The name of a payload's source by its number: a path, a topic.</summary>
public delegate ReadOnlySpan<byte> SourceNames(int source);
