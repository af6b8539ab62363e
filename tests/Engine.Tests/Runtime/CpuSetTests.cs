using System;
using System.IO;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Runtime;

public sealed class CpuSetTests
{
    [Fact]
    public void Some_cores_are_allowed_and_some_of_them_usable()
    {
        var cores = CpuSet.Allowed();
        Assert.NotEmpty(cores);
        Assert.Equal([.. new System.Collections.Generic.SortedSet<int>(cores)], cores);
        Assert.InRange(CpuSet.Usable(), 1, cores.Count);
    }

    [Theory]
    [InlineData("max 100000", null)]
    [InlineData("150000 100000", 1.5)]
    [InlineData("-1 100000", null)]
    [InlineData("", null)]
    [InlineData("100000 0", null)]
    [InlineData("x y", null)]
    public void A_quota_is_time_per_period(string text, double? cores) => Assert.Equal(cores, CpuSet.ParseMax(text));

    [Fact]
    public void Bits_of_a_mask_are_core_numbers() => Assert.Equal([0, 3, 63, 64], CpuSet.Numbers([0x8000_0000_0000_0009, 1]));

    [Fact]
    public void The_tightest_group_on_the_way_to_the_root_counts()
    {
        string root = Directory.CreateTempSubdirectory("cgroup").FullName;
        try
        {
            Directory.CreateDirectory(Path.Join(root, "a/b"));
            File.WriteAllText(Path.Join(root, "a/cpu.max"), "200000 100000\n");
            File.WriteAllText(Path.Join(root, "a/b/cpu.max"), "300000 100000\n");
            Assert.Equal(2.0, CpuSet.Quota(root, "0::/a/b\n"));
            Assert.Null(CpuSet.Quota(root, "0::/\n"));

            Directory.CreateDirectory(Path.Join(root, "cpu,cpuacct/x"));
            File.WriteAllText(Path.Join(root, "cpu,cpuacct/x/cpu.cfs_quota_us"), "50000\n");
            File.WriteAllText(Path.Join(root, "cpu,cpuacct/x/cpu.cfs_period_us"), "100000\n");
            Assert.Equal(0.5, CpuSet.Quota(root, "4:memory:/x\n3:cpu,cpuacct:/x\n"));
        }
        finally
        {
            Directory.Delete(root, true);
        }
    }
}
