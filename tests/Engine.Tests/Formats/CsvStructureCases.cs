using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Formats.Csv;

namespace DataStream.Tests.Formats;

/// <summary>The contract on the records and fields of CSV, by example.</summary>
internal static class CsvStructureCases
{
    public static IReadOnlyList<CsvCase> All { get; } =
        [
            new(
                "csv-in/bytes-after-a-closing-quote",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1),
                ],
                65536,
                null,
                "id,t\n"
                + "1,\"ab\"c\n"
                + "2,\"ab\"\n"
                + "3,\"ab\" \n"
                + "4,\"a\"b\"\n"
                + "5,\"ab\"\n",
                "id,t\n"
                + "2,ab\n"
                + "5,ab\n",
                [
                    "bad_quote 2 * 1,\"ab\"c",
                    "bad_quote 4 * 3,\"ab\" ",
                    "bad_quote 5 * 4,\"a\"b\"",
                ]),
            new(
                "csv-in/dialect",
                new CsvOptions { Delimiter = (byte)';', Quote = (byte)'\'', Comment = (byte)'#' },
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1),
                ],
                65536,
                null,
                "# a remark; with 'delimiters\n"
                + "id;t\n"
                + "1;'a;b'\n"
                + "2;it''s\n"
                + "# another\n"
                + "3;'it''s'\n"
                + "4;\"x\"#y\n"
                + "x;y\n"
                + "5;#z\n",
                "id,t\n"
                + "1,a;b\n"
                + "2,it''s\n"
                + "3,it's\n"
                + "4,\"\"\"x\"\"#y\"\n"
                + "5,#z\n",
                [
                    "bad_number 8 id x;y",
                ]),
            new(
                "csv-in/extra-fields-ignored",
                new CsvOptions { IgnoresExtraFields = true },
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1),
                ],
                65536,
                null,
                "id,t\n"
                + "1,a,b,\"c,d\"\n"
                + "2,b\n",
                "id,t\n"
                + "1,a\n"
                + "2,b\n",
                []),
            new(
                "csv-in/line-ends",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1),
                ],
                65536,
                null,
                "\u00EF\u00BB\u00BFid,t\r\n"
                + "1,a\r\n"
                + "2,b\n"
                + "\r\n"
                + "\n"
                + "3,\"x\r\n"
                + "y\"\n"
                + "oops,c\n"
                + "5,d",
                "id,t\n"
                + "1,a\n"
                + "2,b\n"
                + "3,\"x\r\n"
                + "y\"\n"
                + "5,d\n",
                [
                    "bad_number 8 id oops,c",
                ]),
            new(
                "csv-in/no-header",
                new CsvOptions { HasHeader = false },
                [
                    new("name", ColumnType.Text, 0),
                    new("id", ColumnType.Int64, 1),
                ],
                65536,
                null,
                "a,1\n"
                + "id,name\n"
                + "b,2\n",
                "name,id\n"
                + "a,1\n"
                + "b,2\n",
                [
                    "bad_number 2 id id,name",
                ]),
            new(
                "csv-in/quote-open-at-the-end",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1),
                ],
                65536,
                null,
                "id,t\n"
                + "1,a\n"
                + "2,\"b\n"
                + "3,c\n"
                + "4,d\n",
                "id,t\n"
                + "1,a\n"
                + "3,c\n"
                + "4,d\n",
                [
                    "bad_quote 3 * 2,\"b",
                ]),
            new(
                "csv-in/quote-open-too-long",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1) { IsNeeded = false },
                    new("u", ColumnType.Text, 2),
                ],
                4096,
                ["id", "u"],
                "id,t,u\n"
                + "1,a,b\n"
                + "2,\"a,b\n"
                + "3," + new string('x', 1500) + ",c\n"
                + "4," + new string('x', 1500) + ",d\n"
                + "5," + new string('x', 1500) + ",e\n"
                + "6," + new string('x', 1500) + ",f\n"
                + "7,a\",\"g\"\n",
                "id,u\n"
                + "1,b\n"
                + "3,c\n"
                + "4,d\n"
                + "5,e\n"
                + "6,f\n"
                + "7,g\n",
                [
                    "bad_quote 3 * 2,\"a,b",
                ]),
            new(
                "csv-in/quotes",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1),
                ],
                65536,
                null,
                "id,t\n"
                + "1,\"a,b\"\n"
                + "2,\"say \"\"hi\"\"\"\n"
                + "3,\"two\n"
                + "lines\"\n"
                + "4,in\"side\n"
                + "5, \"x\"\n"
                + "6,\"\"\"\n"
                + "\"\"\"\n",
                "id,t\n"
                + "1,\"a,b\"\n"
                + "2,\"say \"\"hi\"\"\"\n"
                + "3,\"two\n"
                + "lines\"\n"
                + "4,\"in\"\"side\"\n"
                + "5,\" \"\"x\"\"\"\n"
                + "6,\"\"\"\n"
                + "\"\"\"\n",
                []),
            new(
                "csv-in/record-too-long",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1) { IsNeeded = false },
                ],
                4096,
                ["id"],
                "id,t\n"
                + "1," + new string('x', 4000) + "\n"
                + "2," + new string('x', 9000) + "\n"
                + "3," + new string('x', 4000) + "\n",
                "id\n"
                + "1\n"
                + "3\n",
                [
                    "record_too_long 3 * *",
                ]),
            new(
                "csv-in/tabs-and-skipped-lines",
                new CsvOptions { Delimiter = (byte)'\t', SkipLines = 2, SkipAfterHeader = 1 },
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1),
                ],
                65536,
                null,
                "Report of the day\n"
                + "made by hand\n"
                + "id\tt\n"
                + "number\ttext\n"
                + "1\ta,b\n"
                + "x\ty\n"
                + "2\t\"c\td\"\n",
                "id,t\n"
                + "1,\"a,b\"\n"
                + "2,c\td\n",
                [
                    "bad_number 6 id x\ty",
                ]),
            new(
                "csv-in/too-many-fields",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                ],
                65536,
                null,
                "id,note\n"
                + "1,a\n"
                + "2,a,b\n"
                + "3,\n"
                + "4,a,\n"
                + "5,a,,,\n"
                + "6,a,,b\n",
                "id\n"
                + "1\n"
                + "3\n"
                + "4\n"
                + "5\n",
                [
                    "too_many_fields 3 * 2,a,b",
                    "too_many_fields 7 * 6,a,,b",
                ]),
        ];
}
