using System;

namespace DataStream.Tests.Expressions;

/// <summary>An expression's text, and its value for one row; the value throws <see cref="OverflowException"/> where the row must die.</summary>
internal sealed record Oracle(string Text, Func<object?[], object?> Value);
