using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary>Gives an expression its columns and types. A node of null means: unknown because of an error already told, so stay silent.</summary>
internal sealed class Binder(Schema schema, List<ExpressionError> errors)
{
    private const int MaxErrors = 50; // of one expression: who makes more is not reading them
    private const int MaxShown = 60;
    private readonly int _errorsBefore = errors.Count;
    private readonly List<int> _reads = [];

    /// <summary>The stored columns used, in order of use.</summary>
    public IReadOnlyList<int> Reads => _reads;

    public Node? BindRoot(Syntax syntax) => Bind(syntax);

    /// <summary>Adds an error, and is the unknown node.</summary>
    public Node? Fail(int position, string code, string message)
    {
        errors.Add(new ExpressionError(position, code, message));
        return null;
    }

    public Node? Mistyped(Syntax at, string message) => Fail(at.Start, "bad_type", message);

    public Node? Bind(Syntax syntax)
    {
        if (errors.Count - _errorsBefore >= MaxErrors)
        {
            return null;
        }

        return syntax switch
        {
            NumberSyntax number => Number(number.At, number.Text),
            DurationSyntax duration => Duration(duration),
            TextSyntax text => ConstantNode.Of(Encoding.UTF8.GetBytes(text.Value)),
            BoolSyntax truth => ConstantNode.Of(ColumnType.Bool, truth.Value ? 1 : 0),
            NullSyntax => ConstantNode.UntypedNull,
            ColumnSyntax column => Column(column),
            NegateSyntax { Operand: NumberSyntax number } negation => Number(negation.At, "-" + number.Text),
            NegateSyntax negation => Negate(negation),
            NotSyntax not => Not(Condition(not.Operand, "'not'")),
            LogicSyntax logic => Logic(logic),
            ArithmeticSyntax arithmetic => new ArithmeticBinder(this).Bind(arithmetic, Bind(arithmetic.Left), Bind(arithmetic.Right)),
            CompareSyntax compare => Compare(compare.Ordering, Bind(compare.Left), Bind(compare.Right), compare.Right),
            BetweenSyntax between => Between(between),
            InSyntax list => In(list),
            IsNullSyntax isNull => Bind(isNull.Value) is { } value ? Fold(new IsNullNode(value, isNull.IsNegated)) : null,
            CallSyntax call => FunctionBinder.Bind(this, call, [.. call.Arguments.Select(Bind)]),
            _ => throw new InvalidOperationException($"no such syntax: {syntax.GetType().Name}"),
        };
    }

    /// <summary>The constant a node of constants comes to; the node itself where that would fault.</summary>
    public static Node Fold(Node node)
    {
        if (!node.AllConstant)
        {
            return node;
        }

        using var arena = new TextArena(static _ => { });
        using var batch = new Batch([], Batch.BlockLength, arena);
        using var frame = new Frame(node.Registers + 1, Batch.BlockLength);
        batch.SetCount(1);
        frame.Begin(batch);
        Slot value = node.Evaluate(frame, batch.Selection, frame.Take());
        if (frame.Faults[0] != 0)
        {
            return node;
        }

        if ((value.Valid[0] & 1) == 0)
        {
            return ConstantNode.Null(node.Type);
        }

        return node.Type.Kind switch
        {
            ColumnKind.Float64 => ConstantNode.Of(value.Doubles[0]),
            ColumnKind.Text => ConstantNode.Of(batch.Bytes(value.Texts[0]).ToArray()),
            ColumnKind.Bool => ConstantNode.Of(node.Type, (long)(value.True[0] & 1)),
            _ when node.IsDuration => ConstantNode.Duration(value.Longs[0]),
            _ => ConstantNode.Of(node.Type, value.Longs[0]),
        };
    }

    /// <summary>An operand that must be a bool.</summary>
    public Node? Condition(Syntax syntax, string of)
    {
        Node? node = Bind(syntax);
        return node is null ? null : AsCondition(node, syntax, of);
    }

    public Node? AsCondition(Node node, Syntax syntax, string of) =>
        node is ConstantNode { IsUntyped: true } ? ConstantNode.Null(ColumnType.Bool)
        : node.Type.Kind == ColumnKind.Bool ? node
        : Mistyped(syntax, $"{of} takes a condition, and this is {node.Type}");

    public static bool IsNumber(Node node) => node.Type.IsNumber || node is ConstantNode { IsUntyped: true };

    /// <summary>The same number as a float64.</summary>
    public static Node ToFloat64(Node node) => node switch
    {
        { Type.Kind: ColumnKind.Float64 } => node,
        ConstantNode { IsNull: true } => ConstantNode.Null(ColumnType.Float64),
        _ => Fold(new ToFloat64Node(node)),
    };

    private static string Shown(string name) => name.Length <= MaxShown ? name : name[..MaxShown] + "…";

    private Node? Number(int position, string text)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            return ConstantNode.Literal(whole);
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? ConstantNode.Literal(value, text)
            : Fail(position, "bad_number", $"'{Shown(text)}' is beyond the range of float64");
    }

    private Node? Duration(DurationSyntax duration) => Units.TryParseDuration(duration.Text, out long microseconds)
        ? ConstantNode.Duration(microseconds)
        : Fail(duration.At, "bad_duration", $"'{Shown(duration.Text)}' is neither a number nor a duration such as 250ms, 10s, 5m, 1h or 1d");

    private Node? Column(ColumnSyntax column)
    {
        if (!schema.TryFind(column.Name, out Field field))
        {
            return schema.IsIncomplete ? null
                : Fail(column.At, "unknown_column", $"there is no column '{Shown(column.Name)}'{Spelling.Suggest(Shown(column.Name), schema.Fields.Select(f => f.Name))}");
        }

        if (field.Type.Kind == ColumnKind.Unknown)
        {
            return null;
        }

        _reads.Add(field.Ordinal);
        return new ColumnNode(field.Type, field.Ordinal);
    }

    private Node? Negate(NegateSyntax negation)
    {
        Node? operand = Bind(negation.Operand);
        if (operand is null)
        {
            return null;
        }

        if (!IsNumber(operand))
        {
            return Mistyped(negation.Operand, $"'-' takes a number, and this is {operand.Type}");
        }

        if (operand is ConstantNode { IsUntyped: true })
        {
            return operand;
        }

        return Fold(operand.Type.Kind == ColumnKind.Int64
            ? new WholeArithmeticNode(TokenKind.Minus, ColumnType.Int64, ConstantNode.Of(ColumnType.Int64, 0), operand) { IsDuration = operand.IsDuration }
            : new Float64FunctionNode(Float64Function.Negate, ToFloat64(operand)));
    }

    private static Node? Not(Node? operand) => operand is null ? null : Fold(new NotNode(operand));

    private Node? Logic(LogicSyntax logic)
    {
        var operands = new Node?[logic.Operands.Count];
        bool complained = false;
        for (int i = 0; i < operands.Length; i++)
        {
            Node? operand = Bind(logic.Operands[i]);

            // Of several operands of a wrong type the first is named; mistakes inside the others are their own.
            operands[i] = operand is null || complained ? null : AsCondition(operand, logic.Operands[i], logic.IsAnd ? "'and'" : "'or'");
            complained |= operand is not null && operands[i] is null;
        }

        return operands.Contains(null) ? null : Fold(new LogicNode(logic.IsAnd, operands!));
    }

    private Node? Compare(Ordering ordering, Node? left, Node? right, Syntax rightSyntax)
    {
        if (left is null || right is null)
        {
            return null;
        }

        return Comparing.Make(ordering, left, right) is { } node ? Fold(node)
            : Mistyped(rightSyntax, $"{right.Type} cannot be compared with {left.Type}");
    }

    private Node? Between(BetweenSyntax between)
    {
        Node? value = Bind(between.Value);
        Node? low = Bind(between.Low);
        Node? high = Bind(between.High);
        Node? used = value is null ? null : Reusable(value);
        Node? above = Compare(Ordering.GreaterOrEqual, used, low, between.Low);
        Node? below = Compare(Ordering.LessOrEqual, used, high, between.High);
        return above is null || below is null ? null
            : Finish(value!, used!, CompareNode.Within(above, below) ?? (Node)new LogicNode(isAnd: true, [above, below]), between.IsNegated);
    }

    private Node? In(InSyntax list)
    {
        Node? value = Bind(list.Value);
        Node? used = value is null ? null : Reusable(value);
        Node?[] equals = [.. list.Items.Select(item => Compare(Ordering.Equal, used, Bind(item), item))];
        return equals.Contains(null) ? null : Finish(value!, used!, new LogicNode(isAnd: false, equals!), list.IsNegated);
    }

    /// <summary>The node, where it costs nothing to evaluate several times; else what holds its value.</summary>
    private static Node Reusable(Node value) => value is ColumnNode { Type.Kind: not ColumnKind.Bool } or ConstantNode ? value : new HeldNode(value.Type) { IsDuration = value.IsDuration };

    private static Node Finish(Node value, Node used, Node body, bool isNegated)
    {
        Node result = isNegated ? new NotNode(Fold(body)) : body;
        return used is HeldNode held ? new LetNode(value, held, result) : Fold(result);
    }
}
