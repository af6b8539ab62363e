using System.Collections.Generic;
using DataStream.Batches;
using DataStream.Formats.Csv;

namespace DataStream.Tests.Formats;

/// <summary>The contract on the values of CSV fields, by example.</summary>
internal static class CsvValueCases
{
    public static IReadOnlyList<CsvCase> All { get; } =
        [
            new(
                "csv-in/bools",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("ok", ColumnType.Bool, 1),
                ],
                65536,
                null,
                "id,ok\n"
                + "1,true\n"
                + "2,FALSE\n"
                + "3,True\n"
                + "4,1\n"
                + "5,0\n"
                + "6,\n"
                + "7,yes\n"
                + "8,t\n"
                + "9,2\n",
                "id,ok\n"
                + "1,true\n"
                + "2,false\n"
                + "3,true\n"
                + "4,true\n"
                + "5,false\n"
                + "6,\n",
                [
                    "bad_bool 8 ok 7,yes",
                    "bad_bool 9 ok 8,t",
                    "bad_bool 10 ok 9,2",
                ]),
            new(
                "csv-in/columns-by-name",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("name", ColumnType.Text, 1),
                    new("level", ColumnType.Float64, 2),
                ],
                65536,
                null,
                "\"level\",\"Name\",\"id\",\"name\",\"note\"\n"
                + "\"1.5\",x,\"1\",\"anna\",\n"
                + "2,y,2,\"b\",z\n",
                "id,name,level\n"
                + "1,anna,1.5\n"
                + "2,b,2\n",
                []),
            new(
                "csv-in/empty-text-as-null",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1) { NullValues = [""] },
                    new("u", ColumnType.Text, 2),
                ],
                65536,
                null,
                "id,t,u\n"
                + "1,,\n"
                + "2,x,x\n"
                + "3,\"\",\"\"\n",
                "id,t,u\n"
                + "1,,\"\"\n"
                + "2,x,x\n"
                + "3,\"\",\"\"\n",
                []),
            new(
                "csv-in/fields-missing-at-the-end",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("must", ColumnType.Int64, 1) { Nullable = false },
                    new("t", ColumnType.Text, 2),
                    new("v", ColumnType.Float64, 3),
                ],
                65536,
                null,
                "id,must,t,v\n"
                + "1,1,x,1.5\n"
                + "2,2,,\n"
                + "3,3,x\n"
                + "4,4\n"
                + "5\n",
                "id,must,t,v\n"
                + "1,1,x,1.5\n"
                + "2,2,\"\",\n"
                + "3,3,x,\n"
                + "4,4,,\n",
                [
                    "null_field 6 must 5",
                ]),
            new(
                "csv-in/null-values",
                new CsvOptions { NullValues = ["NA", "-"] },
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1),
                    new("v", ColumnType.Float64, 2),
                ],
                65536,
                null,
                "id,t,v\n"
                + "1,NA,NA\n"
                + "2,-,-\n"
                + "3,,\n"
                + "4,-1,-1\n"
                + "5,na,Infinity\n"
                + "6,N A,NaN\n"
                + "7,\"NA\",\"NA\"\n"
                + "8,\"-\",\"\"\n"
                + "9,x,-inf\n"
                + "10,x,nan\n"
                + "11,x,+INFINITY\n",
                "id,t,v\n"
                + "1,,\n"
                + "2,,\n"
                + "3,\"\",\n"
                + "4,-1,-1\n"
                + "5,na,\n"
                + "6,N A,\n"
                + "7,NA,\n"
                + "8,-,\n"
                + "9,x,\n"
                + "10,x,\n"
                + "11,x,\n",
                []),
            new(
                "csv-in/null-where-not-nullable",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1) { Nullable = false },
                    new("v", ColumnType.Float64, 2) { Nullable = false },
                ],
                65536,
                null,
                "id,t,v\n"
                + "1,,1\n"
                + "2,x,\n"
                + "3,x,NaN\n"
                + "4,x,Infinity\n"
                + "5,x,0\n"
                + "6,x\n",
                "id,t,v\n"
                + "1,\"\",1\n"
                + "5,x,0\n",
                [
                    "null_field 3 v 2,x,",
                    "null_field 4 v 3,x,NaN",
                    "null_field 5 v 4,x,Infinity",
                    "null_field 7 v 6,x",
                ]),
            new(
                "csv-in/text-is-bytes",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("t", ColumnType.Text, 1),
                ],
                65536,
                null,
                "id,t\n"
                + "1,caf\u00E9\n"
                + "2,\u00FF\u00FE\u00F0\u009F\n"
                + "3,a\u0000b\n"
                + "4,\"\u00C3(,\"\n",
                "id,t\n"
                + "1,caf\u00E9\n"
                + "2,\u00FF\u00FE\u00F0\u009F\n"
                + "3,a\u0000b\n"
                + "4,\"\u00C3(,\"\n",
                []),
            new(
                "csv-in/unused-values-are-not-checked",
                new CsvOptions(),
                [
                    new("id", ColumnType.Int64, 0),
                    new("when", ColumnType.Timestamp, 1) { IsNeeded = false },
                    new("level", ColumnType.Float64, 2) { Nullable = false, IsNeeded = false },
                ],
                65536,
                ["id"],
                "id,when,level\n"
                + "1,yesterday,high\n"
                + "2,,\n"
                + "3,\"x\"y,1\n"
                + "4\n",
                "id\n"
                + "1\n"
                + "2\n"
                + "4\n",
                [
                    "bad_quote 4 * 3,\"x\"y,1",
                ]),
        ];
}
