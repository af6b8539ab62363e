using System;

namespace DataStream.Bench;

/// <summary>One value from its text.</summary>
internal interface IFieldParser<T>
{
    static abstract bool TryParse(ReadOnlySpan<byte> text, out T value);
}
