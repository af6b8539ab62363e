using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using DataStream.Flow;
using DataStream.Formats.Avro;
using DataStream.Runtime;
using DataStream.Tests.Pipelines;
using Xunit;

namespace DataStream.Tests.Conformance;

/// <summary>Avro 1.11.1 by its specification's sections, through whole runs: a writer's type, its datum, and what a reader's type makes of it. Apostrophes stand for quotes in schemas.</summary>
public sealed class AvroConformanceTests
{
    private const string Null = "\u2205"; // no text can be it: the word null would be one
    private const string Color = "{'type':'enum','name':'Color','symbols':['RED','GREEN','BLUE']}";
    private const string Node = "{'type':'record','name':'Node','fields':[{'name':'v','type':'int'},{'name':'next','type':['null','Node']}]}";
    private const string Point = "{'type':'record','name':'Point','fields':[{'name':'x','type':'int'},{'name':'y','type':'int'}]}";

    /// <summary>What the writer's type is, a datum in hexadecimal digits, its text.</summary>
    [Theory]
    [InlineData("'null'", "", null)]
    [InlineData("'boolean'", "00", "false")]
    [InlineData("'boolean'", "01", "true")]
    [InlineData("'int'", "00", "0")]
    [InlineData("'int'", "01", "-1")]
    [InlineData("'int'", "8001", "64")]
    [InlineData("'int'", "feffffff0f", "2147483647")]
    [InlineData("'int'", "ffffffff0f", "-2147483648")]
    [InlineData("'long'", "feffffffffffffffff01", "9223372036854775807")]
    [InlineData("'long'", "ffffffffffffffffff01", "-9223372036854775808")]
    [InlineData("'long'", "8000", "0")]
    [InlineData("'float'", "0000c03f", "1.5")]
    [InlineData("'float'", "cdcccc3d", "0.10000000149011612")]
    [InlineData("'double'", "000000000000f83f", "1.5")]
    [InlineData("'double'", "0000000000000080", "-0")]
    [InlineData("'double'", "000000000000f07f", null)]
    [InlineData("'bytes'", "04ff00", "\uFFFD\0")]
    [InlineData("'double'", "000000000000f8ff", null)]
    [InlineData("'float'", "0000807f", null)]
    [InlineData("['null','float']", "020000c07f", null)]
    [InlineData("'string'", "0cc3a9e282ac21", "é€!")]
    [InlineData("'string'", "00", "")]
    [InlineData("{'type':'string'}", "0261", "a")]
    [InlineData("{'type':'string','avro.java.string':'String','unknown':{'a':[1]}}", "0261", "a")]
    [InlineData("{'type':'fixed','name':'F','size':3}", "616263", "abc")]
    [InlineData("{'type':'fixed','name':'F','size':0}", "", "")]
    [InlineData(Color, "04", "BLUE")]
    [InlineData("{'type':'array','items':'int'}", "00", "[]")]
    [InlineData("{'type':'array','items':'int'}", "0402040206" + "00", "[1,2,3]")]
    [InlineData("{'type':'array','items':'int'}", "0304020400", "[1,2]")]
    [InlineData("{'type':'array','items':{'type':'array','items':'string'}}", "0400020261" + "0000", "[[],[\"a\"]]")]
    [InlineData("{'type':'map','values':'int'}", "0202610202026204" + "00", "{\"a\":1,\"b\":2}")]
    [InlineData("{'type':'map','values':'int'}", "0106026102" + "00", "{\"a\":1}")]
    [InlineData(Point, "0204", "{\"x\":1,\"y\":2}")]
    [InlineData(Node, "02020402" + "0600", "{\"v\":1,\"next\":{\"v\":2,\"next\":{\"v\":3,\"next\":null}}}")]
    [InlineData("['null','int','string']", "040261", "a")]
    [InlineData("[" + Color + "," + Point + "]", "020204", "{\"x\":1,\"y\":2}")]
    [InlineData("{'type':'record','name':'E','fields':[]}", "", "{}")]
    [InlineData("{'type':'int','logicalType':'date'}", "01", "1969-12-31T00:00:00.000Z")]
    [InlineData("{'type':'long','logicalType':'timestamp-millis'}", "d00f", "1970-01-01T00:00:01.000Z")]
    [InlineData("{'type':'long','logicalType':'timestamp-micros'}", "02", "1970-01-01T00:00:00.000001Z")]
    [InlineData("{'type':'long','logicalType':'local-timestamp-millis'}", "d00f", "1970-01-01T00:00:01.000Z")]
    [InlineData("{'type':'long','logicalType':'local-timestamp-micros'}", "02", "1970-01-01T00:00:00.000001Z")]
    [InlineData("{'type':'int','logicalType':'time-millis'}", "02", "1")]
    [InlineData("{'type':'long','logicalType':'time-micros'}", "02", "1")]
    [InlineData("{'type':'string','logicalType':'uuid'}", "0261", "a")]
    [InlineData("{'type':'bytes','logicalType':'decimal','precision':5,'scale':2}", "0404d2", "12.34")]
    [InlineData("{'type':'fixed','name':'D','size':2,'logicalType':'decimal','precision':4,'scale':4}", "fb2e", "-0.1234")]
    [InlineData("{'type':'bytes','logicalType':'decimal','precision':77,'scale':38}", "22" + "0100000000000000000000000000000000", "3.40282366920938463463374607431768211456")] // 2^128: BigQuery's BIGNUMERIC
    [InlineData("{'type':'bytes','logicalType':'decimal','precision':77,'scale':38}", "22" + "feffffffffffffffffffffffffffffffff", "-3.40282366920938463463374607431768211457")]
    [InlineData("{'type':'bytes','logicalType':'decimal','precision':77,'scale':45}", "0201", "0.000000000000000000000000000000000000000000001")]
    [InlineData("{'type':'bytes','logicalType':'decimal','precision':9,'scale':0}", "0a80000000ff", "-549755813633")]
    [InlineData("{'type':'bytes','logicalType':'decimal','precision':9,'scale':3}", "0280", "-0.128")]
    [InlineData("{'type':'bytes','logicalType':'decimal','precision':9,'scale':3}", "00", "0.000")]
    [InlineData("{'type':'array','items':{'type':'bytes','logicalType':'decimal','precision':60,'scale':1}}", "02" + "24" + "010000000000000000000000000000000000" + "00", "[8711228593176024664662389950253266213273.6]")]
    [InlineData("{'type':'bytes','logicalType':'decimal','precision':0}", "0261", "a")] // a logical type that is not valid is ignored
    [InlineData("{'type':'bytes','logicalType':'decimal','precision':2,'scale':3}", "0261", "a")]
    [InlineData("{'type':'int','logicalType':'timestamp-millis'}", "02", "1")]
    [InlineData("{'type':'int','logicalType':'no-such-type'}", "02", "1")]
    public async Task A_value_is_read(string type, string datum, string? expected) => Assert.Equal(expected ?? Null, await Read(type, null, datum));

    /// <summary>The section on schema resolution, rule by rule; † is a record that is dead, ! a run that ends.</summary>
    [Theory]
    [InlineData("'int'", "'long'", "02", "1")]
    [InlineData("'int'", "'float'", "02", "1")]
    [InlineData("'int'", "'double'", "02", "1")]
    [InlineData("'long'", "'float'", "02", "1")]
    [InlineData("'long'", "'double'", "02", "1")]
    [InlineData("'float'", "'double'", "0000c03f", "1.5")]
    [InlineData("'string'", "'bytes'", "0261", "a")]
    [InlineData("'bytes'", "'string'", "0261", "a")]
    [InlineData("'long'", "'int'", "02", "†")]
    [InlineData("'double'", "'float'", "000000000000f83f", "†")]
    [InlineData("'float'", "'long'", "0000c03f", "†")]
    [InlineData("'string'", "'int'", "0261", "†")]
    [InlineData("'boolean'", "'int'", "01", "†")]
    [InlineData("'int'", "'null'", "02", "†")]
    [InlineData("{'type':'long','logicalType':'timestamp-micros'}", "{'type':'long','logicalType':'timestamp-millis'}", "80897a", "1970-01-01T00:00:01.000Z")] // the writer's unit
    [InlineData("{'type':'long','logicalType':'timestamp-millis'}", "{'type':'long','logicalType':'timestamp-nanos'}", "d00f", "1970-01-01T00:00:01.000Z")]
    [InlineData("'long'", "{'type':'long','logicalType':'timestamp-millis'}", "d00f", "1970-01-01T00:00:01.000Z")]
    [InlineData("{'type':'array','items':'int'}", "{'type':'array','items':'double'}", "020200", "[1]")]
    [InlineData("{'type':'array','items':'int'}", "{'type':'map','values':'int'}", "020200", "†")]
    [InlineData("{'type':'map','values':'int'}", "{'type':'map','values':'long'}", "0202610200", "{\"a\":1}")]
    [InlineData(Color, "{'type':'enum','name':'Color','symbols':['BLUE','RED','GREEN']}", "04", "BLUE")]
    [InlineData(Color, "{'type':'enum','name':'Color','symbols':['RED'],'default':'RED'}", "04", "RED")]
    [InlineData(Color, "{'type':'enum','name':'Color','symbols':['RED']}", "04", "†")]
    [InlineData(Color, "{'type':'enum','name':'Color','symbols':['RED']}", "00", "RED")]
    [InlineData("{'type':'enum','name':'a.Color','symbols':['RED']}", "{'type':'enum','name':'b.Color','symbols':['RED']}", "00", "RED")] // by unqualified names
    [InlineData(Color, "{'type':'enum','name':'Hue','symbols':['RED','GREEN','BLUE']}", "00", "†")]
    [InlineData(Color, "{'type':'enum','name':'Hue','aliases':['Color'],'symbols':['RED','GREEN','BLUE']}", "00", "RED")]
    [InlineData("{'type':'fixed','name':'F','size':2}", "{'type':'fixed','name':'F','size':2}", "6162", "ab")]
    [InlineData("{'type':'fixed','name':'F','size':2}", "{'type':'fixed','name':'F','size':3}", "6162", "†")]
    [InlineData("{'type':'fixed','name':'F','size':2}", "{'type':'fixed','name':'G','size':2}", "6162", "†")]
    [InlineData("{'type':'fixed','name':'F','size':2}", "{'type':'fixed','name':'G','aliases':['F'],'size':2}", "6162", "ab")]
    [InlineData("'int'", "['null','int']", "02", "1")]
    [InlineData("'int'", "['string','double']", "02", "1")]
    [InlineData("'int'", "['null','string']", "02", "†")]
    [InlineData("['null','int']", "'int'", "0202", "1")]
    [InlineData("['null','int']", "'int'", "00", "†")]
    [InlineData("['null','int']", "'double'", "0202", "1")]
    [InlineData("['int','string']", "['string','int']", "0202", "†")] // a text of one byte that there is not
    [InlineData("['int','string']", "['string','int']", "0002", "1")]
    [InlineData("['int','string']", "['string','int']", "020261", "a")]
    [InlineData("['int','string']", "['double','bytes']", "0002", "1")]
    [InlineData("['int','string']", "'int'", "020261", "†")]
    [InlineData(Point, "{'type':'record','name':'Point','fields':[{'name':'y','type':'long'}]}", "0204", "{\"y\":2}")]
    [InlineData(Point, "{'type':'record','name':'Point','fields':[{'name':'y','type':'int'},{'name':'x','type':'double'}]}", "0204", "{\"x\":1,\"y\":2}")] // a record's text has the writer's order
    [InlineData(Point, "{'type':'record','name':'Place','aliases':['Point'],'fields':[{'name':'x','type':'int'}]}", "0204", "{\"x\":1}")]
    [InlineData(Point, "{'type':'record','name':'Point','fields':[{'name':'east','aliases':['lon','x'],'type':'int'}]}", "0204", "{\"east\":1}")]
    [InlineData(Point, "{'type':'record','name':'Point','fields':[{'name':'z','type':'int'}]}", "0204", "†")]
    [InlineData("{'type':'record','name':'n.Point','fields':[{'name':'x','type':'int'}]}", "{'type':'record','name':'Point','namespace':'m','fields':[{'name':'x','type':'int'}]}", "02", "{\"x\":1}")]
    [InlineData(Node, "{'type':'record','name':'Node','fields':[{'name':'next','type':['null','Node']},{'name':'w','type':'int','default':9}]}", "0202" + "0400", "{\"next\":{\"next\":null,\"w\":9},\"w\":9}")]
    [InlineData(Point, "{'type':'record','name':'Point','fields':[{'name':'z','type':'string','default':'up'}]}", "0204", "{\"z\":\"up\"}")]
    public async Task A_reader_s_type_makes_of_a_writer_s(string written, string wanted, string datum, string expected) => Assert.Equal(expected, await Read(written, wanted, datum));

    /// <summary>A field that the writer lacks has its default, whatever its type.</summary>
    [Theory]
    [InlineData("'null'", "null", null)]
    [InlineData("'boolean'", "true", "true")]
    [InlineData("'int'", "-5", "-5")]
    [InlineData("'long'", "9223372036854775807", "9223372036854775807")]
    [InlineData("'float'", "1.5", "1.5")]
    [InlineData("'double'", "2", "2")]
    [InlineData("'double'", "1e3", "1000")]
    [InlineData("'string'", "'é \\u20ac'", "é €")]
    [InlineData("'bytes'", "'\\u0041\\u0042'", "AB")]
    [InlineData("{'type':'fixed','name':'F','size':2}", "'\\u0041\\u0042'", "AB")]
    [InlineData(Color, "'GREEN'", "GREEN")]
    [InlineData("{'type':'array','items':'int'}", "[1,2]", "[1,2]")]
    [InlineData("{'type':'array','items':'string'}", "[]", "[]")]
    [InlineData("{'type':'map','values':'int'}", "{'a':1}", "{\"a\":1}")]
    [InlineData(Point, "{'x':1,'y':2}", "{\"x\":1,\"y\":2}")]
    [InlineData(Node, "{'v':1,'next':null}", "{\"v\":1,\"next\":null}")]
    [InlineData("['null','int']", "null", null)]
    [InlineData("['int','null']", "7", "7")]
    [InlineData("['string','int']", "'x'", "x")]
    [InlineData("{'type':'long','logicalType':'timestamp-millis'}", "1000", "1970-01-01T00:00:01.000Z")]
    public async Task A_default_stands_for_what_is_not_written(string type, string value, string? expected) =>
        Assert.Equal(expected ?? Null, await Run(Record("{'name':'other','type':'int'}"), Record($"{{'name':'v','type':{type},'default':{value}}}"), "02"));

    private static Task<string> Read(string written, string? wanted, string datum) => Run(Field(written), wanted is null ? null : Field(wanted), datum);

    private static string Field(string type) => Record($"{{'name':'v','type':{type}}}");

    private static string Record(string fields) => $"{{'type':'record','name':'R','fields':[{{'name':'first','type':'boolean'}},{fields},{{'name':'last','type':'boolean','default':true}}]}}".Replace('\'', '"');

    /// <summary>The text of <c>v</c>, † where its record is dead, ! and the message where the run ends. A byte stands before and behind the datum.</summary>
    private static async Task<string> Run(string writer, string? reader, string datum)
    {
        using var folder = new ScratchFolder();
        byte[] record = [1, .. Convert.FromHexString(datum), 1];
        File.WriteAllBytes(folder["in.avro"], Container(writer, record));
        if (reader is not null)
        {
            folder.Write("reader.avsc", reader);
        }

        RunReport report = await PipelineTester.Run(folder, $$"""
            stream_settings:
              stream_input: "file:{DIR}/in.avro"
              stream_output: {main: "file:{DIR}/out.ndjson", dead: "file:{DIR}/dead.ndjson"}
              output_format: json
              {{(reader is null ? "" : "input_format: {type: avro, schema_file: \"{DIR}/reader.avsc\"}")}}
              schema: {v: text, last: bool}
            """);
        Assert.Equal(0, report.Ledger.Imbalance);
        if (report.Ledger.Dead == 1)
        {
            return "†";
        }

        if (report.ExitCode != ExitCode.Done)
        {
            return $"!{report.ExitCode} {report.Message}";
        }

        JsonElement row = JsonDocument.Parse(folder.Read("out.ndjson")).RootElement;
        Assert.True(row.GetProperty("last").GetBoolean());
        return row.GetProperty("v").GetString() ?? Null;
    }

    private static byte[] Container(string schema, byte[] record)
    {
        byte[] marker = [.. Enumerable.Range(0, 16).Select(i => (byte)(i * 7))];
        return [.. "Obj\x01"u8, .. Long(2), .. Text("avro.codec"), .. Text("null"), .. Text("avro.schema"), .. Text(schema), 0, .. marker, .. Long(1), .. Long(record.Length), .. record, .. marker];
    }

    private static byte[] Text(string text) => [.. Long(Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Long(long value)
    {
        byte[] bytes = new byte[AvroText.MaxVarint];
        return bytes[..AvroText.WriteLong(value, bytes)];
    }
}
