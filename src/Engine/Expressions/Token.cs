namespace DataStream.Expressions;

internal enum TokenKind
{
    End,
    Number,
    Duration,
    Text,
    Name,

    /// <summary>A name in backticks: a column, whatever it spells.</summary>
    QuotedName,
    Plus,
    Minus,
    Star,
    Slash,
    Percent,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Open,
    Close,
    Comma,
    And,
    Or,
    Not,
    Between,
    In,
    Is,
    Null,
    True,
    False,
}

/// <summary>A word of an expression: its place in the text, and what it says with quotes and escapes removed.</summary>
internal readonly record struct Token(TokenKind Kind, int Position, int End, string Value);
