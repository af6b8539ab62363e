using System;
using System.Text;
using System.Text.RegularExpressions;
using DataStream.Formats;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests.Formats;

public sealed class NumberSignsTests
{
    [Theory]
    [InlineData(',', null, "1,5", 1.5)]
    [InlineData(',', ".", "1.234,5", 1234.5)]
    [InlineData(',', ".", "-1.234.567", -1234567.0)]
    [InlineData(',', " ", " 1 234,5 ", 1234.5)]
    [InlineData(',', "\u00A0", "1\u00A0234,5", 1234.5)]
    [InlineData('.', ",", "+12,345.75e2", 1234575.0)]
    [InlineData('.', "'", "1'000", 1000.0)]
    [InlineData(',', ".", ",5", 0.5)]
    [InlineData(',', ".", "5,", 5.0)]
    [InlineData(',', ".", "1234,5", 1234.5)]
    public void Signs_are_read_where_they_may_stand(char sign, string? thousands, string text, double expected)
    {
        Assert.True(new NumberSigns((byte)sign, thousands, 100).TryRead(Encoding.UTF8.GetBytes(text), out ReadOnlySpan<byte> plain));
        Assert.Equal(FieldStatus.Value, Numbers.ParseFloat64(plain, out double value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData(',', null, "1.5")]
    [InlineData(',', ".", "1.5")]
    [InlineData(',', ".", "1.2345")]
    [InlineData(',', ".", "1234.567")]
    [InlineData(',', ".", "1,234.567")]
    [InlineData(',', ".", "1.234e1.000")]
    [InlineData('.', ",", "12,34")]
    [InlineData('.', ",", ",123")]
    public void Elsewhere_they_make_no_number(char sign, string? thousands, string text) =>
        Assert.False(new NumberSigns((byte)sign, thousands, 100).TryRead(Encoding.UTF8.GetBytes(text), out ReadOnlySpan<byte> plain) && Numbers.ParseFloat64(plain, out _) == FieldStatus.Value);

    /// <summary>Against a regular expression and the runtime, whatever the text.</summary>
    [Fact]
    public void Random_texts_agree_with_a_regular_expression()
    {
        const int Seed = 1234;
        var random = new Random(Seed);
        foreach ((char sign, string? thousands) in new (char, string?)[] { (',', null), (',', "."), ('.', ","), (',', " "), ('.', "\u202F") })
        {
            var signs = new NumberSigns((byte)sign, thousands, 200);
            string group = thousands is null ? "" : $@"|\d{{1,3}}(?:{Regex.Escape(thousands)}\d{{3}})+";
            var grammar = new Regex($@"\A[ \t]*[+-]?(?:(?:\d+{group})(?:{Regex.Escape(sign.ToString())}\d*)?|{Regex.Escape(sign.ToString())}\d+)(?:[eE][+-]?\d+)?[ \t]*\z", RegexOptions.CultureInvariant);
            for (int round = 0; round < 8_000; round++)
            {
                var text = new StringBuilder();
                for (int i = random.Next(9); i >= 0; i--)
                {
                    text.Append(random.Next(8) switch { 0 => ",", 1 => ".", 2 => thousands ?? " ", 3 => "+- eE\t"[random.Next(6)].ToString(), 4 => "123", _ => random.Next(10).ToString(System.Globalization.CultureInfo.InvariantCulture) });
                }

                string number = text.ToString();
                bool isGood = grammar.IsMatch(number);
                string plain = thousands is null ? number : number.Trim(' ', '\t').Replace(thousands, "", StringComparison.Ordinal);
                FieldStatus wanted = isGood ? Numbers.ParseFloat64(Encoding.UTF8.GetBytes(plain.Replace(sign, '.')), out double expected) : Bad(out expected);
                FieldStatus got = signs.TryRead(Encoding.UTF8.GetBytes(number), out ReadOnlySpan<byte> read) ? Numbers.ParseFloat64(read, out double actual) : Bad(out actual);
                Assert.True((wanted, wanted == FieldStatus.Value ? expected : 0).Equals((got, got == FieldStatus.Value ? actual : 0)), $"seed {Seed}, round {round}: '{number}' with {sign} and {thousands}: {got} {actual}, not {wanted} {expected}");
            }
        }
    }

    private static FieldStatus Bad(out double value)
    {
        value = 0;
        return FieldStatus.BadNumber;
    }
}
