using System;
using System.Linq;
using System.Runtime.InteropServices;
using DataStream.Batches;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Runtime;

public sealed class StructFieldTests
{
    [Theory]
    [InlineData("Price", "price")]
    [InlineData("OrderId", "order_id")]
    [InlineData("HTTPStatus", "http_status")]
    [InlineData("temperatureC", "temperature_c")]
    [InlineData("already_snake", "already_snake")]
    public void Names_become_snake_case(string name, string column) => Assert.Equal(column, StructField.SnakeCase(name));

    [Fact]
    public void Fields_are_found_where_they_lie_in_memory()
    {
        StructField[] fields = [.. StructField.Of<Sample>()];
        Assert.Equal(["flag", "small", "price", "when", "level", "id"], fields.Select(f => f.Column));
        Assert.Equal([ColumnType.Bool, ColumnType.Int64, ColumnType.Float64, ColumnType.Timestamp, ColumnType.Int64, ColumnType.Int64], fields.Select(f => f.Type));
        var sample = new Sample { Flag = true, Small = -2, Price = 1.5, When = new Timestamp(77), Level = Level.High, Id = 9 };
        ReadOnlySpan<byte> bytes = StructBytes.Of(in sample);
        Assert.Equal(1, bytes[fields[0].Offset]);
        Assert.Equal(-2, BitConverter.ToInt16(bytes[fields[1].Offset..]));
        Assert.Equal(1.5, BitConverter.ToDouble(bytes[fields[2].Offset..]));
        Assert.Equal(77, BitConverter.ToInt64(bytes[fields[3].Offset..]));
        Assert.Equal(2, bytes[fields[4].Offset]);
        Assert.Equal(9, BitConverter.ToInt64(bytes[fields[5].Offset..]));
    }

    [Fact]
    public void A_field_without_a_column_type_is_named() =>
        Assert.Contains("Half", Assert.Throws<SchemaException>(() => StructField.Of<WithHalf>()).Message, StringComparison.Ordinal);

    internal enum Level : byte
    {
        Low = 1,
        High = 2,
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Sample
    {
        public bool Flag;
        public short Small;
        public double Price;
        public Timestamp When;
        public Level Level;

        public long Id { get; set; }
    }

    internal struct WithHalf
    {
        public Half Half { get; set; }
    }
}
