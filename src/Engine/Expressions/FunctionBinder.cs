using System;
using System.Collections.Frozen;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary>The functions: how many operands each takes, of which types, and what becomes of them.</summary>
internal static class FunctionBinder
{
    /// <summary>The most operands of a function: each may hold a register.</summary>
    private const int Many = 100;

    private delegate Node? Maker(Call call);

    private static readonly FrozenDictionary<string, (int Least, int Most, Maker Make)> s_functions = new Dictionary<string, (int, int, Maker)>
    {
        ["if"] = (3, 3, static c => c.Condition(0) is { } condition && c.Unify(1) is { } type ? new IfNode(condition, c.Adapt(1, type), c.Adapt(2, type)) { IsDuration = c.AreDurations(1) } : null),
        ["coalesce"] = (1, Many, static c => c.Unify(0) is { } type ? new CoalesceNode(type, c.AdaptAll(type)) { IsDuration = c.AreDurations(0) } : null),
        ["least"] = (1, Many, static c => c.Unify(0) is { } type ? new ExtremeNode(type, isGreatest: false, c.AdaptAll(type)) { IsDuration = c.AreDurations(0) } : null),
        ["greatest"] = (1, Many, static c => c.Unify(0) is { } type ? new ExtremeNode(type, isGreatest: true, c.AdaptAll(type)) { IsDuration = c.AreDurations(0) } : null),
        ["int64"] = (1, 1, static c => CastBinder.ToInt64(c)),
        ["float64"] = (1, 1, static c => CastBinder.ToFloat64(c)),
        ["text"] = (1, 1, static c => CastBinder.ToText(c)),
        ["timestamp"] = (1, 1, static c => CastBinder.ToTimestamp(c)),
        ["abs"] = (1, 1, static c => c.Number(0) is not { } x ? null : x.Type.Kind == ColumnKind.Int64 ? new AbsNode(x) { IsDuration = x.IsDuration } : Float(Float64Function.Abs, x)),
        ["round"] = (1, 2, Round),
        ["floor"] = (1, 1, static c => Integral(c, Float64Function.Floor)),
        ["ceil"] = (1, 1, static c => Integral(c, Float64Function.Ceiling)),
        ["sqrt"] = (1, 1, static c => c.Number(0) is { } x ? Float(Float64Function.SquareRoot, x) : null),
        ["log"] = (1, 1, static c => c.Number(0) is { } x ? Float(Float64Function.Log, x) : null),
        ["exp"] = (1, 1, static c => c.Number(0) is { } x ? Float(Float64Function.Exp, x) : null),
        ["lower"] = (1, 1, static c => c.Text(0) is { } x ? new CaseNode(x, isLower: true) : null),
        ["upper"] = (1, 1, static c => c.Text(0) is { } x ? new CaseNode(x, isLower: false) : null),
        ["trim"] = (1, 1, static c => c.Text(0) is { } x ? new TrimNode(x) : null),
        ["length"] = (1, 1, static c => c.Text(0) is { } x ? new LengthNode(x) : null),
        ["starts_with"] = (2, 2, static c => Test(c, TextTest.StartsWith)),
        ["ends_with"] = (2, 2, static c => Test(c, TextTest.EndsWith)),
        ["contains"] = (2, 2, static c => Test(c, TextTest.Contains)),
        ["concat"] = (1, Many, static c => c.Texts() is { } all ? new ConcatNode(all) : null),
        ["hour"] = (1, 1, static c => c.Time(0) is { } x ? new TimePartNode(TimePart.Hour, x) : null),
        ["day"] = (1, 1, static c => c.Time(0) is { } x ? new TimePartNode(TimePart.Day, x) : null),
        ["weekday"] = (1, 1, static c => c.Time(0) is { } x ? new TimePartNode(TimePart.Weekday, x) : null),
        ["truncate"] = (2, 2, static c => c.Time(0) is { } x && c.Unit(1) is { } unit ? new TruncateNode(x, unit) : null),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static Node? Bind(Binder binder, CallSyntax syntax, Node?[] arguments)
    {
        string name = syntax.Name.Length <= 60 ? syntax.Name : syntax.Name[..60] + "…";
        if (!s_functions.TryGetValue(syntax.Name, out (int Least, int Most, Maker Make) function))
        {
            return binder.Fail(syntax.At, "unknown_function", $"there is no function '{name}'{Spelling.Suggest(name, s_functions.Keys)}");
        }

        if (arguments.Length < function.Least || arguments.Length > function.Most)
        {
            // The first operand too many, or the parenthesis where one more should be.
            int at = arguments.Length > function.Most ? syntax.Arguments[function.Most].Start : syntax.Close;
            string wanted = function.Least == function.Most ? $"{function.Least}" : function.Most == Many ? $"{function.Least} to {Many}" : $"{function.Least} or {function.Most}";
            return binder.Fail(at, "bad_operands", string.Create(CultureInfo.InvariantCulture, $"{name}(…) takes {wanted} operand{(wanted == "1" ? "" : "s")}, not {arguments.Length}"));
        }

        if (arguments.Contains(null))
        {
            return null;
        }

        Node? node = function.Make(new Call(binder, syntax, arguments!));
        return node is null ? null : Binder.Fold(node);
    }

    private static Float64FunctionNode Float(Float64Function function, Node operand) => new(function, Binder.ToFloat64(operand));

    /// <summary><c>floor</c> and <c>ceil</c> leave whole numbers as they are.</summary>
    private static Node? Integral(Call call, Float64Function function) =>
        call.Number(0) is not { } x ? null : x.Type.Kind == ColumnKind.Int64 ? x : Float(function, x);

    private static TextTestNode? Test(Call call, TextTest test) =>
        call.Text(0) is { } text && call.Text(1) is { } part ? new TextTestNode(test, text, part) : null;

    private static Node? Round(Call call)
    {
        if (call.Number(0) is not { } x)
        {
            return null;
        }

        int digits = 0;
        if (call.Count == 2 && !call.TryDigits(1, Rounding.MaxDigits, out digits))
        {
            return null;
        }

        if (x.Type.Kind == ColumnKind.Float64)
        {
            return digits == 0 ? Float(Float64Function.Round, x) : new RoundFloat64Node(x, digits);
        }

        // The unit in the last place of the scaled value; beyond 10^18 everything is nearer to 0 or to an overflow.
        int places = x.Type.Scale - digits;
        return places <= 0 ? x : new RoundWholeNode(x, places) { IsDuration = x.IsDuration };
    }
}
