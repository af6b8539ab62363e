using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Expressions;

namespace DataStream.Modules;

/// <summary>An expression as the value of a key: its mistakes are reported at their characters in the configuration.</summary>
public sealed class ExpressionSetting
{
    private readonly Expression? _expression;
    private readonly ConfigScalar _scalar;
    private readonly ConfigErrors _errors;

    private ExpressionSetting(Expression? expression, ConfigScalar scalar, ConfigErrors errors)
    {
        _expression = expression;
        _scalar = scalar;
        _errors = errors;
    }

    /// <summary>Reads the text; syntax errors are reported now, names and types by <see cref="Bind"/>.</summary>
    public static ExpressionSetting Parse(ConfigScalar scalar, ConfigErrors errors)
    {
        List<ExpressionError> found = [];
        var setting = new ExpressionSetting(Expression.Parse(scalar.Value, found), scalar, errors);
        setting.Report(found);
        return setting;
    }

    /// <summary>Binds to the columns; null with errors reported, or where the text was no expression.</summary>
    public BoundExpression? Bind(Schema schema, bool recordReads = true)
    {
        if (_expression is null)
        {
            return null;
        }

        List<ExpressionError> found = [];
        BoundExpression? bound = _expression.Bind(schema, found, recordReads);
        Report(found);
        return bound;
    }

    /// <summary>The same for a condition; null, too, where the type is unknown because of an error reported elsewhere.</summary>
    public BoundExpression? BindCondition(Schema schema)
    {
        BoundExpression? bound = Bind(schema);
        if (bound is null || bound.Type.Kind == ColumnKind.Unknown)
        {
            return null;
        }

        if (bound.Type.Kind == ColumnKind.Bool)
        {
            return bound;
        }

        Report([new ExpressionError(bound.Start, "bad_type", bound.IsNull ? "a condition is true or false, and this is always null: no row would be kept" : $"a condition is true or false, and this is {bound.Type}")]);
        return null;
    }

    private void Report(List<ExpressionError> found)
    {
        foreach (ExpressionError error in found)
        {
            // A message quotes the text, which is not for showing where it came from a secret.
            _errors.Add(_scalar.PlaceAt(error.Position), error.Code, _scalar.IsSecret ? $"the expression from {_scalar.Shown} cannot be used" : error.Message);
        }
    }
}
