using System;
using System.Collections.Generic;
using System.Globalization;
using DataStream.Config;

namespace DataStream.Windows;

/// <summary>An aggregate as written: <c>quantile(`odd name`, 0.95)</c> taken apart, each part with its place in the text.</summary>
internal sealed record AggregateText(string Function, IReadOnlyList<AggregateArgument> Arguments, int End)
{
    /// <summary>Takes a text apart; reports the first thing that does not belong there and returns null.</summary>
    public static AggregateText? Parse(ConfigScalar scalar, string name, ConfigErrors errors)
    {
        var reader = new Reader(scalar.Value);
        AggregateText? parsed = reader.Read(out int place, out string problem);
        if (parsed is null)
        {
            errors.Add(scalar.PlaceAt(place), "bad_aggregate", $"aggregate '{name}': {problem}");
        }

        return parsed;
    }

    private sealed class Reader(string text)
    {
        private int _at;

        public AggregateText? Read(out int place, out string problem)
        {
            SkipSpace();
            string function = Word();
            if (function.Length == 0)
            {
                return Fail("an aggregate such as count() or mean(column) is expected", out place, out problem);
            }

            SkipSpace();
            if (!Take('('))
            {
                return Fail($"'(' is expected after '{function}'; an aggregate is a function of a column, such as {function}(column)", out place, out problem);
            }

            var arguments = new List<AggregateArgument>();
            SkipSpace();
            while (!Take(')'))
            {
                if (arguments.Count > 0 && !Take(','))
                {
                    return Fail("',' or ')' is expected; an aggregate takes a column: compute expressions with a `map` module before the window", out place, out problem);
                }

                SkipSpace();
                if (Argument() is not { } argument)
                {
                    return Fail("a column name is expected", out place, out problem);
                }

                arguments.Add(argument);
                SkipSpace();
            }

            int end = _at;
            SkipSpace();
            if (_at < text.Length)
            {
                return Fail("nothing is expected behind the aggregate; compute with results in a `map` module after the window", out place, out problem);
            }

            (place, problem) = (0, "");
            return new AggregateText(function, arguments, end - 1);
        }

        private AggregateText? Fail(string message, out int place, out string problem)
        {
            (place, problem) = (_at, message);
            return null;
        }

        private AggregateArgument? Argument()
        {
            int from = _at;
            if (_at < text.Length && text[_at] == '`')
            {
                int close = text.IndexOf('`', _at + 1);
                if (close < 0)
                {
                    return null;
                }

                _at = close + 1;
                return new AggregateArgument(text[(from + 1)..close], null, from);
            }

            while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '.' or '_' or '%'
                || (text[_at] is '-' or '+' && (_at == from || (text[_at - 1] is 'e' or 'E' && char.IsAsciiDigit(text[from]))))))
            {
                _at++;
            }

            string word = text[from.._at];
            if (word.Length > 0 && (char.IsAsciiDigit(word[0]) || word[0] is '.' or '-' or '+')
                && double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            {
                return new AggregateArgument(word, number, from);
            }

            _at = from;
            word = Word();
            return word.Length == 0 ? null : new AggregateArgument(word, null, from);
        }

        private string Word()
        {
            int from = _at;
            while (_at < text.Length && (char.IsLetter(text[_at]) || text[_at] == '_' || (_at > from && char.IsDigit(text[_at]))))
            {
                _at++;
            }

            return text[from.._at];
        }

        private bool Take(char c)
        {
            bool there = _at < text.Length && text[_at] == c;
            _at += there ? 1 : 0;
            return there;
        }

        private void SkipSpace()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            {
                _at++;
            }
        }
    }
}

/// <summary>An argument: a column's name, or a number.</summary>
internal sealed record AggregateArgument(string Text, double? Number, int Place);
