using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace DataStream.Tests.Conformance;

/// <summary>JSON documents by what RFC 8259 says of them; texts are Latin-1, so that any byte can be written.</summary>
internal static class JsonDocuments
{
    /// <summary>JSON, and nothing else.</summary>
    public static IReadOnlyList<byte[]> Valid { get; } = Bytes(
    [
        .. Lines("""
            []
            [ ]
            [""]
            ["a"]
            [false]
            [null, 1, "1", {}]
            [null]
            [1,null,null,null,2]
            [ 1]
            [1 ]
            [[]   ]
            [[[[[[[[[[[[1]]]]]]]]]]]]
            {}
            { }
            {"":0}
            {"a":[]}
            {"a":{}}
            {"a":1,"b":2}
            {"a":1,"a":2}
            {"a":"b","a":"b"}
            {"a" : "b" , "c" : [ 1 , 2 ] }
            {"foo\u0000bar":42}
            {"min":-1.0e+28,"max":1.0e+28}
            {"\ud83d\ude00":true}
            {"v":{"v":{"v":[{"v":1}]}}}
            false
            true
            null
            0
            -0
            -1
            42
            -0.1
            0.5
            123.456789
            123e65
            0e+1
            0e1
            0E-1
            20e1
            1E22
            1E-2
            1E+2
            1e-2
            1e+2
            1e00000000000000000001
            123e45
            123.456e78
            -123
            -0.0
            -0e-0
            1.0
            1.7976931348623157e308
            4.9e-324
            2.2250738585072014E-308
            9007199254740993
            9223372036854775807
            -9223372036854775808
            9223372036854775808
            18446744073709551616
            100000000000000000000000000000000000000
            0.1000000000000000055511151231257827021181583404541015625
            -0.000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001
            ""
            " "
            "a"
            "asd "
            "\u0060\u012a\u12AB"
            "\uD801\udc37"
            "\ud83d\ude39\ud83d\udc8d"
            "\"\\\/\b\f\n\r\t"
            "\\u0000"
            "\""
            "\\"
            "\\\\"
            "\\\""
            "a/*b*/c/*d//e"
            "\\a"
            "\\n"
            "\u0012"
            "\uFFFF"
            "\u0000"
            "\u002c"
            "\u0022"
            "\u005C"
            "\u0821"
            "\u0123"
            "\uDBFF\uDFFF"
            "\uD834\uDd1e"
            "\u2028\u2029"
            "\u200B"
            "\u2064"
            "\uFDD0"
            "\uFFFE"
            "new\u00A0line"
            "\u0061\u30af\u30EA\u30b9"
            "{\"a\":1}"
            "[1,2"
            "}"
            "]"
            ","
            ":"
            "//"
            "nullnull"
            """),
        "[\t1\t]", "{\t\"a\"\r:\t1\r}", "\t1", "1 \t\r", "\"\x7F\"", "[" + string.Join(',', Enumerable.Range(0, 300)) + "]", "\"" + new string('x', 5000) + "\"", new string('[', 200) + new string(']', 200),
        "{\"" + new string('k', 300) + "\":1}", string.Concat(Enumerable.Repeat("{\"a\":[", 100)) + string.Concat(Enumerable.Repeat("]}", 100)), new string('1', 400), "0." + new string('0', 400) + "1", "1e400", "-1e400", "1e-400", "123123e100000",
        // The first and the last character of every length in UTF-8, and those around the surrogates.
        .. new[] { "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBD", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "\xE2\x80\xA8", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80" }
            .SelectMany(c => new[] { $"\"{c}\"", $"\"long enough for a vector of thirty-two bytes{c}\"", $"{{\"{c}\":[\"{c}\"]}}" }),
        .. new[] { "\\ud800", "\\uDFFF", "\\udc00\\ud800", "\\ud800\\ud800", "\\ud800x", "\\ud800\\n" }.SelectMany(half => new[] { $"\"{half}\"", $"{{\"{half}\":1}}" }), // lone halves: RFC 8259 leaves them to the reader
    ]);

    /// <summary>Not JSON.</summary>
    public static IReadOnlyList<byte[]> Invalid { get; } = Bytes(
    [
        .. Lines("""
            [1 true]
            ["": 1]
            [,1]
            [1,,2]
            ["x",,]
            ["x"]]
            ["",]
            ["x"
            [x
            [3[4]]
            [1:2]
            [,]
            [-]
            [   , ""]
            [1,]
            [1,,]
            [*]
            [""
            [1,
            [{}
            [1
            [fals]
            [nul]
            [tru]
            [True]
            [TRUE]
            [nulL]
            [nullx]
            [truefalse]
            [1e2e3]
            +1
            ++1234
            +Inf
            -01
            -1.0.
            -2.
            -NaN
            .-1
            .2e-3
            0.1.2
            0.3e+
            0.3e
            0.e1
            0E+
            0E
            0e+
            0e
            1.0e+
            1.0e-
            1.0e
            1 000.0
            1_000
            1eE2
            2.e+3
            2.e-3
            2.e3
            9.e+
            Inf
            Infinity
            -Infinity
            NaN
            nan
            1+2
            0x1
            0x42
            0b1
            0e+-1
            -123.123foo
            -foo
            - 1
            -012
            -.123
            -1x
            -
            --1
            1ea
            1.
            .123
            .
            1.2a-3
            1.8011670033376514H-308
            012
            00
            01
            1.5.5
            1,5
            1'000
            1f
            1L
            [truth]
            {[: "x"}
            {"x", null}
            {"x"::"b"}
            {"a":"a" 123}
            {key: 'value'}
            {"a" b}
            {:"b"}
            {"a" "b"}
            {"a":
            {"a":}
            {"a"
            {"a"}
            {1:1}
            {9999E9999:1}
            {null:null,null:null}
            {true:1}
            {"id":0,,,,,}
            {'a':0}
            {"id":0,}
            {,"a":1}
            {"a":"b"}/**/
            {"a":"b"}/**//
            {"a":"b"}//
            {"a":"b"}/
            {"a":"b",,"c":"d"}
            {a:"b"}
            {"a":"a
            { "foo" : "bar", "a" }
            {"a":"b"}#
            {"a":1]
            {"a":[1}
            {[]:1}
            {{}:1}
            {"a":1 "b":2}
            {"a":1;"b":2}
            {"a"=1}
            ["\uD800\"]
            ["\uD800\u"]
            ["\uD800\u1"]
            ["\uD800\u1x"]
            ["\u"]
            ["\u0"]
            ["\u00A"]
            ["\u00AG"]
            ["\uqqqq"]
            ["\u-123"]
            ["\u 123"]
            ["\U0041"]
            ["\x41"]
            ["\0"]
            ["\'"]
            ["\
            "\"
            "\\\"
            "x
            '
            'x'
            ['single quote']
            abc
            a"x"
            "x"a
            "a""b"
            "a" "b"
            "a","b"
            <.>
            [<null>]
            [1]x
            [1]]
            ["asd]
            1]
            {"x": true,
            [][]
            ]
            }
            }{
            [
            {
            {}}
            {"":
            {"a":/*comment*/"b"}
            {"a": true} "x"
            ['
            [a
            [,
            {[
            {"a
            {'a'
            *
            @
            2@
            #
            $
            &
            /
            //
            ;
            =
            \
            \u0020
            [\n]
            [1 2]
            [1;2]
            (1)
            [undefined]
            undefined
            None
            """),
        "", " ", "\t", "\0", "[\0]", "1\0", "\f1", "\v1", "[1\f]", "\xA0" + "1", "\xEF\xBB\xBF" + "1", "\xE2\x81\xA0[]", "\xEF\xBC\x91", new string('[', 200), string.Concat(Enumerable.Repeat("{\"\":", 150)), new string('[', 150) + new string(']', 149), new string('[', 150) + new string(']', 151),
        // Every control character in a text, and every letter that escapes nothing.
        .. Enumerable.Range(0, 32).Where(c => c != '\n').Select(c => $"\"a{(char)c}b\""),
        .. Enumerable.Range(33, 94).Select(c => (char)c).Where(c => !"\"\\/bfnrtu".Contains(c, StringComparison.Ordinal)).Select(c => $"\"\\{c}\""),
        // What is no UTF-8: alone, halves, too long forms, surrogates, beyond U+10FFFF; in a text, in a key, outside.
        .. new[] { "\x80", "\xBF", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x80\x80", "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x98", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xF8\x88\x80\x80\x80", "\xFE", "\xFF", "\xE9" }
            .SelectMany(c => new[] { $"\"{c}\"", $"\"long enough for a vector of thirty-two bytes{c}\"", $"{{\"{c}\":1}}", $"[{c}]" }),
    ]);

    private static string[] Lines(string text) => text.Split('\n');

    private static IReadOnlyList<byte[]> Bytes(IEnumerable<string> documents) => [.. documents.Distinct().Select(Encoding.Latin1.GetBytes)];
}
