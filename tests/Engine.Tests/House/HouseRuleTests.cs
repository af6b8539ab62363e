using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace DataStream.Tests.House;

/// <summary>Each rule on a text that breaks it and on one that only looks like it.</summary>
public sealed class HouseRuleTests
{
    [Theory]
    [InlineData("src/Engine/Batches/A.cs", "using DataStream.Config;")]
    [InlineData("src/Engine/Batches/A.cs", "using DataStream.Flow;")]
    [InlineData("src/Engine/Modules/A.cs", "using static DataStream.Sources.Source;")]
    [InlineData("src/Engine/Formats/Csv/A.cs", "using X = DataStream.Plans.Plan;")]
    [InlineData("src/Engine/Stages/A.cs", "var plan = new DataStream.Plans.Plan();")]
    [InlineData("src/Engine.Kernels/A.cs", "using DataStream.Batches;")]
    [InlineData("src/Engine/Runtime/A.cs", "using DataStream.Host;")]
    [InlineData("src/Engine/Plans/A.cs", "using DataStream.Kafka;")]
    [InlineData("src/Engine.Kafka/Native/A.cs", "using DataStream.Runtime;")]
    [InlineData("src/Engine.Kafka/A.cs", "using DataStream.Host;")]
    [InlineData("src/Engine/Elsewhere/A.cs", "using System;")]
    [InlineData("src/Engine/Rings/A.cs", "using DataStream.Nowhere;")]
    public void An_import_from_the_same_floor_or_above_is_seen(string path, string line) => Sees(FloorRule.Judge, path, line);

    [Theory]
    [InlineData("src/Engine/Formats/Csv/A.cs", "using DataStream.Batches;")]
    [InlineData("src/Engine/Formats/Csv/A.cs", "using DataStream.Formats;")]
    [InlineData("src/Engine/Plans/A.cs", "using DataStream.Modules;")]
    [InlineData("src/Engine.Host/A.cs", "using DataStream.Runtime;")]
    [InlineData("src/Engine.Host/A.cs", "using DataStream.Kafka;")]
    [InlineData("src/Engine.Kafka/A.cs", "using DataStream.Sources;")]
    [InlineData("src/Engine.Kafka/Native/A.cs", "using DataStream.Plans;")]
    [InlineData("src/Engine/Batches/A.cs", "// as DataStream.Plans.Plan says")]
    [InlineData("src/Engine/Batches/A.cs", "var s = \"DataStream.Plans\";")]
    [InlineData("src/Engine/Batches/A.cs", "namespace DataStream.Batches;")]
    public void An_import_from_below_is_not(string path, string line) => SeesNothing(FloorRule.Judge, path, line);

    [Theory]
    [InlineData("Unsafe.Add(ref origin, 1);")]
    [InlineData("MemoryMarshal.Cast<byte, ulong>(bytes);")]
    [InlineData("fixed (byte* p = bytes) { }")]
    [InlineData("public unsafe struct A;")]
    [InlineData("using System.Runtime.Intrinsics;")]
    [InlineData("block->Length = 1;")]
    public void Unsafe_code_outside_its_fence_is_seen(string line)
    {
        Sees(UnsafeRule.Judge, "src/Engine/Modules/A.cs", line);
        Sees(UnsafeRule.Judge, "src/Engine/Modules/A.cs", "// Safe: it is not.\n" + line, 2);
    }

    [Theory]
    [InlineData("Unsafe.Add(ref origin, 1);")]
    [InlineData("var v = Vector512.LoadUnsafe(ref origin);")]
    [InlineData("// A comment, but not the one.\nMemoryMarshal.Cast<byte, ulong>(bytes);")]
    [InlineData("// Safe: too far away.\n\nUnsafe.Add(ref origin, 1);")]
    [InlineData("var x = (byte*)address;")]
    public void An_unsafe_use_without_its_proof_is_seen(string text) =>
        Assert.NotEmpty(UnsafeRule.Judge("src/Engine.Kernels/A.cs", text));

    [Theory]
    [InlineData("// Safe: the caller keeps 64 bytes.\nUnsafe.Add(ref origin, 1);")]
    [InlineData("// Safe: the caller keeps 64 bytes.\nref byte a = ref MemoryMarshal.GetReference(x);\nref byte b = ref MemoryMarshal.GetReference(y);")]
    [InlineData("hint(); // Safe: touches no memory. Unsafe.Add")]
    [InlineData("using System.Runtime.Intrinsics;")]
    public void An_unsafe_use_with_its_proof_is_not(string text) => SeesNothing(UnsafeRule.Judge, "src/Engine/Rings/A.cs", text);

    [Fact]
    public void A_file_of_more_than_400_lines_is_seen()
    {
        SeesNothing(FormRules.Length, "src/Engine/Flow/A.cs", string.Concat(Enumerable.Repeat("int x;\n", 400)));
        Assert.NotEmpty(FormRules.Length("src/Engine/Flow/A.cs", string.Concat(Enumerable.Repeat("int x;\n", 401))));
    }

    [Theory]
    [InlineData("src/Engine/Flow/StringUtils.cs", "class X;")]
    [InlineData("src/Engine/Common/A.cs", "class X;")]
    [InlineData("src/Engine/Flow/A.cs", "sealed class RingHelper;")]
    [InlineData("src/Engine/Flow/A.cs", "record struct ModuleBase(int X);")]
    [InlineData("src/Engine/Flow/A.cs", "public interface IManager { }")]
    public void A_name_that_says_nothing_is_seen(string path, string line) => Sees(FormRules.Names, path, line);

    [Theory]
    [InlineData("src/Engine/Flow/Database.cs", "// the base class of all\nclass Baseline;")]
    [InlineData("src/Engine/Flow/A.cs", "var s = \"class Utils\";")]
    public void A_name_that_says_something_is_not(string path, string line) => SeesNothing(FormRules.Names, path, line);

    [Theory]
    [InlineData("src/Engine/Flow/Ledger.cs", "public sealed class Counter;")]
    [InlineData("src/Engine/Flow/Ledger.cs", "public sealed class Ledger;\npublic readonly record struct Second(int X);")]
    [InlineData("src/Engine/Flow/Ledger.cs", "public sealed class Ledger;\npublic delegate bool Judge(int x);")]
    public void A_second_or_foreign_public_type_is_seen(string path, string text) => Assert.NotEmpty(FormRules.PublicTypes(path, text));

    [Theory]
    [InlineData("public sealed class Ledger;\ninternal sealed class Second;")]
    [InlineData("public sealed class Ledger\n{\n    public enum State { A }\n}")]
    public void A_single_public_type_is_not(string text) => SeesNothing(FormRules.PublicTypes, "src/Engine/Flow/Ledger.cs", text);

    [Fact]
    public void A_global_using_is_seen() => Sees(FormRules.GlobalUsings, "src/Engine/Flow/A.cs", "global using System;");

    [Theory]
    [InlineData("Thread.Sleep(10);")]
    [InlineData("await Task.Delay(10);")]
    public void A_wait_for_time_is_seen(string line)
    {
        Sees(FormRules.Waits, "tests/Engine.Tests/A.cs", line);
        SeesNothing(FormRules.Waits, "tests/Engine.Tests/A.cs", "// never " + line);
    }

    [Fact]
    public void A_path_of_the_build_is_seen() =>
        Sees(FormRules.BuildPaths, "tests/Engine.Tests/A.cs", "static string Here([CallerFilePath] string file = \"\") => file;");

    [Theory]
    [InlineData("throw new NotImplementedException();")]
    [InlineData("// TODO: later")]
    public void Unfinished_work_is_seen(string line) => Sees(FormRules.Unfinished, "src/Engine/Flow/A.cs", line);

    [Fact]
    public void A_package_without_a_reason_is_seen()
    {
        const string Package = "<PackageVersion Include=\"X\" Version=\"1\" />";
        Sees(ProjectRules.PackageReasons, "Directory.Packages.props", "<ItemGroup>\n" + Package, 2);
        SeesNothing(ProjectRules.PackageReasons, "Directory.Packages.props", "<!-- For x. -->\n" + Package);
    }

    [Fact]
    public void A_version_in_a_project_is_seen() =>
        Sees(ProjectRules.CentralVersions, "src/Engine/Engine.csproj", "<PackageReference Include=\"X\" Version=\"1\" />");

    [Theory]
    [InlineData("see /work/main/x")]
    [InlineData("\"/root/.nuget\"")]
    [InlineData("cd /home/me/repo")]
    public void A_path_of_a_machine_is_seen(string line)
    {
        Sees(ProjectRules.MachinePaths, "docs/A.md", line);
        SeesNothing(ProjectRules.MachinePaths, "docs/A.md", "see ../shared/work/x, a/root/b and /dev/full");
    }

    [Fact]
    public void A_project_outside_of_the_solution_is_seen()
    {
        const string Solution = "Project(\"{X}\") = \"Engine\", \"src\\Engine\\Engine.csproj\", \"{Y}\"";
        Assert.Empty(ProjectRules.Solution(Solution, ["src/Engine/Engine.csproj"]));
        Assert.Single(ProjectRules.Solution(Solution, ["src/Engine/Engine.csproj", "src/Other/Other.csproj"]));
    }

    [Fact]
    public void Comments_and_literals_are_no_code()
    {
        const string Text = """
            int a = 1; // Unsafe one
            string b = "Unsafe \" two", c = @"Unsafe "" three";
            char d = '"'; int e = '\''; /* Unsafe
            four */ int f;
            """;
        string code = SourceText.WithoutCommentsAndLiterals(Text + "\nstring g = \"\"\"\n  Unsafe \" five\n  \"\"\"; int h;");
        Assert.DoesNotContain("Unsafe", code, StringComparison.Ordinal);
        Assert.All(["int a", ", c =", "int e", "int f;", "int h;"], part => Assert.Contains(part, code, StringComparison.Ordinal));
        Assert.Equal(7, SourceText.Lines(code).Length);
    }

    private static void Sees(Func<string, string, IEnumerable<Finding>> rule, string path, string text, int line = 1) =>
        Assert.Equal(line, Assert.Single(rule(path, text).DistinctBy(f => f.Line)).Line);

    private static void SeesNothing(Func<string, string, IEnumerable<Finding>> rule, string path, string text) =>
        Assert.Empty(rule(path, text));
}
