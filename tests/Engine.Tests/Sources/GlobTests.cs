using System;
using System.IO;
using System.Linq;
using DataStream.Sources;
using Xunit;

namespace DataStream.Tests.Sources;

public sealed class GlobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("*.csv", "a.csv", true)]
    [InlineData("*.csv", "a.csv.gz", false)]
    [InlineData("*.csv", ".hidden.csv", false)]
    [InlineData(".*.csv", ".hidden.csv", true)]
    [InlineData("a?c", "abc", true)]
    [InlineData("a?c", "ac", false)]
    [InlineData("a*b*c", "a--b--b-c", true)]
    [InlineData("a*b*c", "a--c--b", false)]
    [InlineData("*", "", true)]
    [InlineData("part-[0-9].csv", "part-7.csv", true)]
    [InlineData("part-[0-9].csv", "part-x.csv", false)]
    [InlineData("part-[!0-9].csv", "part-x.csv", true)]
    [InlineData("[]x]", "]", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[abc", "[abc", true)]
    public void Names_match_as_in_a_shell(string pattern, string name, bool matches) => Assert.Equal(matches, Glob.MatchesName(pattern, name));

    [Fact]
    public void A_hostile_pattern_takes_no_time() =>
        Assert.False(Glob.MatchesName(string.Concat(Enumerable.Repeat("a*", 1000)) + "b", new string('a', 5000)));

    [Theory]
    [InlineData("*.csv", "B.csv a.csv")]
    [InlineData("**/*.csv", "B.csv a.csv x/b.csv x/y/c.csv")]
    [InlineData("x/**", "x/b.csv x/y/c.csv x/y/d.txt")]
    [InlineData("*/y/*", "x/y/c.csv x/y/d.txt")]
    [InlineData("?/*.csv", "x/b.csv")]
    [InlineData("**/y/**/c.*", "x/y/c.csv")]
    [InlineData("none/**/*.csv", "")]
    [InlineData("x", "")]
    [InlineData("*", "B.csv a.csv")]
    public void Files_are_found_in_ordinal_order_and_folders_are_none(string pattern, string expected)
    {
        foreach (string name in new[] { "a.csv", "B.csv", "x/b.csv", "x/y/c.csv", "x/y/d.txt", ".git/e.csv", "x/.f.csv" })
        {
            _folder.Write(name, "");
        }

        var glob = new Glob(_folder.At(pattern));
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), glob.Find().Select(path => path[(_folder.Path.Length + 1)..]));

        // What is found matches by its names, and what is not does not.
        string[] all = [.. Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories)];
        Assert.Equal(glob.Find(), all.Where(path => path.StartsWith(glob.Root + "/", StringComparison.Ordinal)
            && glob.Matches(path[(glob.Root.Length + 1)..].Split('/'))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_named_like_a_pattern_is_meant_itself()
    {
        _folder.Write("data[1].csv", "");
        _folder.Write("data1.csv", "");
        Assert.Equal([_folder.At("data[1].csv")], FileSource.Paths(_folder.UriOf("data[1].csv")));
    }

    [Fact]
    public void A_link_to_a_folder_above_is_not_followed_for_ever()
    {
        _folder.Write("x/a.csv", "");
        Directory.CreateSymbolicLink(_folder.At("x/loop"), _folder.Path);
        Assert.Equal([_folder.At("x/a.csv")], new Glob(_folder.At("**/*.csv")).Find());
    }

    [Fact]
    public void A_relative_pattern_gives_relative_paths()
    {
        string relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), _folder.Path);
        _folder.Write("a.csv", "");
        Assert.Equal([relative + "/a.csv"], new Glob(relative + "/*.csv").Find());
        Assert.Equal("", new Glob("*.csv").Root);
        Assert.Equal("/", new Glob("/*.csv").Root);
    }
}
