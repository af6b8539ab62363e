using System;

namespace DataStream.Expressions;

/// <summary>The text is no expression. Caught by <see cref="Expression.Parse"/>: a syntax error ends the parsing.</summary>
internal sealed class SyntaxException(int position, string message, string code = "bad_expression") : Exception(message)
{
    public int Position { get; } = position;

    public string Code { get; } = code;
}
