using System.Globalization;
using System.IO;
using System.Linq;
using DataStream.Runtime;
using DataStream.Tests.Host;
using Xunit;

namespace DataStream.Tests.Runtime;

public sealed class CoreOrderTests
{
    [Theory]
    [InlineData("0,1,2,3", "0-1;0-1;2-3;2-3", "", "0,2,1,3")] // neighbours are hyper-threads
    [InlineData("0,1,2,3", "0,2;1,3;0,2;1,3", "", "0,1,2,3")] // halves are
    [InlineData("1,2,3", "0-1;0-1;2-3;2-3", "", "1,2,3")] // of the first pair only one is allowed
    [InlineData("0,1,2,3", "0-1;0-1;2-3;2-3", "2-3", "2,3,0,1")]
    [InlineData("0,1,2,3", "", "3", "3,0,1,2")]
    [InlineData("0,1,2", "", "", "0,1,2")]
    [InlineData("0,1,2", "x;0-;1", "a-b", "0,1,2")]
    public void Isolated_cores_come_first_and_of_each_physical_core_one(string allowed, string siblings, string isolated, string order)
    {
        using var scratch = new Scratch();
        scratch.Write("isolated", isolated + "\n");
        foreach ((int core, string list) in siblings.Split(';').Index())
        {
            Directory.CreateDirectory(scratch.PathOf($"cpu{core}/topology"));
            scratch.Write($"cpu{core}/topology/thread_siblings_list", list + "\n");
        }

        int[] cores = [.. allowed.Split(',').Select(c => int.Parse(c, CultureInfo.InvariantCulture))];
        Assert.Equal(order, string.Join(',', CoreOrder.ForLanes(cores, scratch.Folder)));
    }

    [Fact]
    public void This_machines_order_has_all_its_cores() => Assert.Equal(CpuSet.Allowed(), CoreOrder.ForLanes(CpuSet.Allowed()).Order());
}
