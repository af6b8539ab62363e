using System.Collections.Generic;
using System.Globalization;
using DataStream.Kernels;

namespace DataStream.Expressions;

/// <summary>Precedence climbing (Martin Richards, 1979): a level of binding is a number, tighter is higher.</summary>
internal sealed class Parser
{
    /// <summary>Levels of the tree, so that nothing that walks it can run out of stack.</summary>
    public const int MaxDepth = 250;

    private const int Or = 1;
    private const int And = 2;
    private const int Not = 3;
    private const int Comparison = 4;
    private const int Additive = 5;
    private const int Multiplicative = 6;

    private readonly Lexer _lexer;
    private readonly List<(string Name, int Position)> _columns = [];
    private Token _token;
    private int _lastEnd; // behind the last token taken
    private int _nesting;

    public Parser(string text)
    {
        _lexer = new Lexer(text);
        _token = _lexer.Next();
    }

    public IReadOnlyList<(string Name, int Position)> Columns => _columns;

    /// <exception cref="SyntaxException">The text is no expression.</exception>
    public Syntax ParseAll()
    {
        Syntax all = Parse(Or);
        if (_token.Kind != TokenKind.End)
        {
            throw Unexpected("an operator or the end");
        }

        return all;
    }

    private Token Take()
    {
        Token taken = _token;
        _lastEnd = taken.End;
        _token = _lexer.Next();
        return taken;
    }

    private void Expect(TokenKind kind, string wanted)
    {
        if (_token.Kind != kind)
        {
            throw Unexpected(wanted);
        }

        Take();
    }

    private SyntaxException Unexpected(string wanted) => _token.Kind == TokenKind.End
        ? new SyntaxException(_lastEnd, $"the expression ends where {wanted} should follow")
        : new SyntaxException(_token.Position, $"'{Shown(_token.Value)}' stands where {wanted} should");

    private static string Shown(string value) => value.Length <= 40 ? value : value[..40] + "…";

    private Syntax Parse(int level)
    {
        if (++_nesting > MaxDepth)
        {
            throw TooDeep(_token.Position);
        }

        Syntax left = Prefix(level);
        while (LevelOf(_token.Kind) is int found && found >= level && found != 0)
        {
            int at = _token.Position;
            left = found switch
            {
                Or => Chain(left, TokenKind.Or, And),
                And => Chain(left, TokenKind.And, Not),
                Comparison => Compare(left),
                _ => new ArithmeticSyntax(Take().Kind, left, Parse(found + 1)),
            };
            if (left.Depth > MaxDepth)
            {
                throw TooDeep(at);
            }
        }

        _nesting--;
        return left;
    }

    private static SyntaxException TooDeep(int position) =>
        new(position, string.Create(CultureInfo.InvariantCulture, $"the expression is more than {MaxDepth} levels deep; split it over several map entries"), "too_deep");

    private static int LevelOf(TokenKind kind) => kind switch
    {
        TokenKind.Or => Or,
        TokenKind.And => And,
        >= TokenKind.Equal and <= TokenKind.GreaterOrEqual or TokenKind.Between or TokenKind.In or TokenKind.Is or TokenKind.Not => Comparison,
        TokenKind.Plus or TokenKind.Minus => Additive,
        TokenKind.Star or TokenKind.Slash or TokenKind.Percent => Multiplicative,
        _ => 0,
    };

    private LogicSyntax Chain(Syntax first, TokenKind kind, int level)
    {
        List<Syntax> operands = [first];
        while (_token.Kind == kind)
        {
            Take();
            operands.Add(Parse(level));
        }

        return new LogicSyntax(kind == TokenKind.And, operands);
    }

    private Syntax Compare(Syntax left)
    {
        bool negated = _token.Kind == TokenKind.Not;
        if (negated)
        {
            Take();
            if (_token.Kind is not (TokenKind.In or TokenKind.Between))
            {
                throw Unexpected("'in' or 'between'");
            }
        }

        Token token = Take();
        switch (token.Kind)
        {
            case TokenKind.Between:
                Syntax low = Parse(Additive);
                Expect(TokenKind.And, "'and' and the upper bound");
                return new BetweenSyntax(left, low, Parse(Additive), negated);
            case TokenKind.In:
                Expect(TokenKind.Open, "a list in parentheses");
                return new InSyntax(left, List(out _), negated);
            case TokenKind.Is:
                bool isNot = _token.Kind == TokenKind.Not;
                if (isNot)
                {
                    Take();
                }

                Expect(TokenKind.Null, "'null'");
                return new IsNullSyntax(left, isNot);
            default:
                return new CompareSyntax(Ordering.Equal + (token.Kind - TokenKind.Equal), left, Parse(Additive));
        }
    }

    /// <summary>Operands and commas up to the closing parenthesis; at least one.</summary>
    private List<Syntax> List(out int close)
    {
        List<Syntax> items = [Parse(Or)];
        while (_token.Kind == TokenKind.Comma)
        {
            Take();
            items.Add(Parse(Or));
        }

        close = _token.Position;
        Expect(TokenKind.Close, "')' or ','");
        return items;
    }

    private Syntax Prefix(int level)
    {
        Token token = _token;
        switch (token.Kind)
        {
            case TokenKind.Not when level <= Not:
                Take();
                return new NotSyntax(token.Position, Parse(Not));
            case TokenKind.Not:
                throw new SyntaxException(token.Position, "'not' binds weaker than the operator before it; put it and its operand in parentheses");
            case TokenKind.Minus:
                Take();
                return new NegateSyntax(token.Position, Parse(Multiplicative + 1));
            case TokenKind.Number:
                Take();
                return new NumberSyntax(token.Position, token.Value);
            case TokenKind.Duration:
                Take();
                return new DurationSyntax(token.Position, token.Value);
            case TokenKind.Text:
                Take();
                return new TextSyntax(token.Position, token.Value);
            case TokenKind.True or TokenKind.False:
                Take();
                return new BoolSyntax(token.Position, token.Kind == TokenKind.True);
            case TokenKind.Null:
                Take();
                return new NullSyntax(token.Position);
            case TokenKind.Open:
                Take();
                Syntax inner = Parse(Or);
                Expect(TokenKind.Close, "')'");
                return inner with { Start = token.Position };
            case TokenKind.Name or TokenKind.QuotedName:
                Take();
                return token.Kind == TokenKind.Name && _token.Kind == TokenKind.Open ? Call(token) : Column(token);
            default:
                throw Unexpected("a column, a value or '('");
        }
    }

    private ColumnSyntax Column(Token token)
    {
        _columns.Add((token.Value, token.Position));
        return new ColumnSyntax(token.Position, token.Value);
    }

    private CallSyntax Call(Token name)
    {
        Take();
        if (_token.Kind == TokenKind.Close)
        {
            return new CallSyntax(name.Position, name.Value, [], Take().Position);
        }

        List<Syntax> arguments = List(out int close);
        return new CallSyntax(name.Position, name.Value, arguments, close);
    }
}
