using System.Linq;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Modules;
using Xunit;

namespace DataStream.Tests.Modules;

public sealed class RowFilterModuleTests
{
    [Fact]
    public void True_keeps_the_row_and_only_live_rows_are_asked()
    {
        int asked = 0;
        using var bench = new ModuleBench("status int64", _ => new RowFilterModule(schema =>
        {
            Column<long> status = schema.Int64("status");
            return (in Row row) =>
            {
                asked++;
                return row[status] == 0;
            };
        }), new ConfigMap());
        Assert.Equal([0L, 0L], bench.Run([[0L], [1L], [0L]]).Select(r => r[0]));
        Assert.Equal([1], bench.Dropped);
        Batch batch = bench.Fill([[0L], [0L]]);
        batch.Drop(1);
        bench.Module.Process(batch);
        Assert.Equal(4, asked);
        Assert.Equal([0, 0], new[] { bench.Schema.Dependencies.Reads[0], (int)bench.Module.Scope });
    }

    [Fact]
    public void A_missing_column_is_the_schemas_to_report() =>
        Assert.Throws<SchemaException>(() => new RowFilterModule(schema =>
        {
            Column<long> status = schema.Int64("status");
            return (in Row row) => row[status] == 0;
        }).Bind(new Schema()));

    [Fact]
    public void Built_in_modules_are_found_by_name()
    {
        foreach (string name in (string[])["fill", "clamp", "fix_time", "deduplicate", "outlier"])
        {
            Assert.Contains(name, BuiltInModules.Names);
            Assert.NotNull(BuiltInModules.Find(name));
        }

        Assert.Null(BuiltInModules.Find("filtre"));
    }
}
