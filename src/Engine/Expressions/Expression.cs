using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Batches;

namespace DataStream.Expressions;

/// <summary>A condition or formula of the configuration, parsed but not yet bound to columns. Immutable.</summary>
public sealed class Expression
{
    private readonly Syntax _syntax;

    private Expression(string text, Syntax syntax, IReadOnlyList<(string Name, int Position)> columns)
    {
        Text = text;
        _syntax = syntax;
        Columns = columns;
    }

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>Every use of a column's name, with its place in the text, in order.</summary>
    public IReadOnlyList<(string Name, int Position)> Columns { get; }

    /// <summary>Reads the text of an expression; null, with one error added, where it is none.</summary>
    /// <remarks>Nesting is limited, so that no text can exhaust the stack.</remarks>
    public static Expression? Parse(string text, List<ExpressionError> errors)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(errors);
        try
        {
            var parser = new Parser(text);
            Syntax syntax = parser.ParseAll();
            return new Expression(text, syntax, parser.Columns);
        }
        catch (SyntaxException e)
        {
            errors.Add(new ExpressionError(e.Position, e.Code, e.Message));
            return null;
        }
    }

    /// <summary>Finds the columns, checks the types and makes what evaluates batches.</summary>
    /// <param name="schema">The columns there are.</param>
    /// <param name="errors">Gets every mistake, each once, without those that only follow from another.</param>
    /// <param name="recordReads">Whether the columns count as read by the module being bound; a module that derives columns says so itself.</param>
    /// <returns>
    /// null where errors were added. <see cref="ColumnType.Unknown"/> as its type where an earlier mistake hides the types; that one is not to be evaluated.
    /// </returns>
    public BoundExpression? Bind(Schema schema, List<ExpressionError> errors, bool recordReads = true)
    {
        ArgumentNullException.ThrowIfNull(schema);
        ArgumentNullException.ThrowIfNull(errors);
        int before = errors.Count;
        var binder = new Binder(schema, errors);
        Node? root = binder.BindRoot(_syntax);
        if (errors.Count > before)
        {
            return null;
        }

        int[] reads = [.. binder.Reads.Distinct()];
        Array.Sort(reads);
        if (recordReads)
        {
            foreach (int ordinal in reads)
            {
                schema.Dependencies.Read(ordinal);
            }
        }

        return new BoundExpression(root, reads, _syntax.Start);
    }
}
