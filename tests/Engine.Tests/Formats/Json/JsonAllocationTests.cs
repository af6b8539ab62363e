using System;
using System.Globalization;
using System.Text;
using DataStream.Batches;
using DataStream.Formats.Json;
using Xunit;
using static DataStream.Tests.Formats.Json.JsonRig;

namespace DataStream.Tests.Formats.Json;

public sealed class JsonAllocationTests
{
    [Fact]
    public void Decoding_encoding_and_dead_letters_allocate_nothing_once_warm()
    {
        using var rig = new JsonRig(
            [
                Field("id", "int64"), Field("v", "float64"), Field("ok", "bool"), Field("t", "timestamp"), Field("s", "text"), Field("d", "decimal(2)"),
                Field("p", "text") with { Path = "a.b[1]" }, Field("u", "timestamp") with { TimeFormats = ["dd/MM/yyyy HH:mm"] },
            ],
            capacity: 1024);
        var input = new StringBuilder();
        for (int i = 0; i < 2000; i++)
        {
            string id = i % 50 == 7 ? "\"x\"" : i.ToString(CultureInfo.InvariantCulture);
            input.Append(CultureInfo.InvariantCulture,
                $"{{\"id\":{id},\"extra{i % 90}\":[1,{{}}],\"v\":{i}.125,\"ok\":true,\"t\":\"2026-01-01T00:00:00Z\",\"s\":\"a\\n{i}\",\"d\":1.25,\"\\u0061\":{{\"b\":[0,\"é\"]}},\"u\":\"01/02/2026 03:04\"}}\n");
            input.Append(i % 100 == 3 ? "{\"id\":\n" : "");
        }

        byte[] bytes = Encoding.UTF8.GetBytes(input.ToString());
        var letters = new DeadLetterWriter(65536);
        long Round()
        {
            rig.Load(bytes);
            rig.Output.Clear();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int offset = 0; offset < bytes.Length;)
            {
                offset = rig.Decode(offset);
                rig.Encode();
                foreach (int row in new Rows(rig.Batch.Dead))
                {
                    (DeadReason reason, _, _) = rig.Batch.DeathOf(row);
                    letters.Write(rig.Output, reason, "decode"u8, "in.json"u8, row + 1, 0, "id"u8, "int64"u8, rig.Batch.Bytes(rig.Batch.Records[row]));
                }
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        for (int i = 0; i < 3; i++)
        {
            Round();
        }

        Assert.Equal(0, Round());
        Assert.Equal(2020, rig.Output.Rows);
    }
}
