using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary>A piece of an expression as written, without types.</summary>
internal abstract record Syntax
{
    protected Syntax(int start, params IEnumerable<Syntax> parts)
    {
        Start = start;
        Depth = 1 + parts.Aggregate(0, (depth, part) => Math.Max(depth, part.Depth));
    }

    /// <summary>The first character, parentheses around it included.</summary>
    public int Start { get; init; }

    /// <summary>Levels of the tree, this one included.</summary>
    public int Depth { get; }
}

internal sealed record NumberSyntax(int At, string Text) : Syntax(At);

internal sealed record DurationSyntax(int At, string Text) : Syntax(At);

internal sealed record TextSyntax(int At, string Value) : Syntax(At);

internal sealed record BoolSyntax(int At, bool Value) : Syntax(At);

internal sealed record NullSyntax(int At) : Syntax(At);

internal sealed record ColumnSyntax(int At, string Name) : Syntax(At);

internal sealed record NegateSyntax(int At, Syntax Operand) : Syntax(At, Operand);

internal sealed record NotSyntax(int At, Syntax Operand) : Syntax(At, Operand);

internal sealed record ArithmeticSyntax(TokenKind Operator, Syntax Left, Syntax Right) : Syntax(Left.Start, Left, Right);

internal sealed record CompareSyntax(Ordering Ordering, Syntax Left, Syntax Right) : Syntax(Left.Start, Left, Right);

/// <summary>A chain of <c>and</c>s, or of <c>or</c>s: of any length, and one level deep.</summary>
internal sealed record LogicSyntax(bool IsAnd, IReadOnlyList<Syntax> Operands) : Syntax(Operands[0].Start, Operands);

internal sealed record BetweenSyntax(Syntax Value, Syntax Low, Syntax High, bool IsNegated) : Syntax(Value.Start, Value, Low, High);

internal sealed record InSyntax(Syntax Value, IReadOnlyList<Syntax> Items, bool IsNegated) : Syntax(Value.Start, [Value, .. Items]);

internal sealed record IsNullSyntax(Syntax Value, bool IsNegated) : Syntax(Value.Start, Value);

internal sealed record CallSyntax(int At, string Name, IReadOnlyList<Syntax> Arguments, int Close) : Syntax(At, Arguments);
