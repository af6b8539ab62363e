namespace DataStream.Expressions;

/// <summary>A mistake in an expression, at a character of its text (0-based).</summary>
public sealed record ExpressionError(int Position, string Code, string Message);
