using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace DataStream.Tests.House;

/// <summary>The rules of the house, held over every file of the repository; <see cref="HouseRuleTests"/> shows that each rule sees what it is for.</summary>
public sealed class HouseTests
{
    private static readonly string[] s_code = [".cs"];
    private static readonly string[] s_text =
        [".cs", ".csproj", ".props", ".sln", ".json", ".md", ".yaml", ".yml", ".sh", ".py", ".editorconfig", ".gitignore", "/run"];

    [Fact]
    public void Folders_use_lower_floors_only() => Hold(FloorRule.Judge, s_code, "src");

    [Fact]
    public void Unsafe_code_stays_inside_its_fence_with_its_proof_above() => Hold(UnsafeRule.Judge, s_code, "src");

    [Fact]
    public void Files_are_short() => Hold(FormRules.Length, s_code, "src", "tests", "bench", "tools");

    [Fact]
    public void Names_say_what_the_code_is_about() => Hold(FormRules.Names, s_code, "src", "tests", "bench", "tools");

    [Fact]
    public void A_file_has_one_public_type_and_its_name() => Hold(FormRules.PublicTypes, s_code, "src");

    [Fact]
    public void There_are_no_global_usings() => Hold(FormRules.GlobalUsings, s_code, "src", "tests", "bench", "tools");

    [Fact]
    public void Nothing_waits_for_time_to_pass() => Hold(FormRules.Waits, s_code, "src", "tests");

    [Fact]
    public void No_test_needs_the_folder_it_was_built_in() => Hold(FormRules.BuildPaths, s_code, "tests");

    [Fact]
    public void Nothing_is_left_unfinished() => Hold(FormRules.Unfinished, s_code, "src", "bench", "tools");

    [Fact]
    public void Every_package_has_a_reason() =>
        Assert.Empty(ProjectRules.PackageReasons("Directory.Packages.props", Repository.Read("Directory.Packages.props")));

    [Fact]
    public void Package_versions_are_central() => Hold(ProjectRules.CentralVersions, [".csproj"]);

    [Fact]
    public void No_file_knows_the_machine_it_was_written_on() => Hold(ProjectRules.MachinePaths, s_text);

    [Fact]
    public void The_solution_has_every_project() =>
        Assert.Empty(ProjectRules.Solution(Repository.Read("DataStream.sln"), Repository.Files([".csproj"])));

    [Fact]
    public void The_licence_is_MIT()
    {
        string licence = Repository.Read("LICENSE");
        Assert.StartsWith("MIT License", licence, StringComparison.Ordinal);
        Assert.Contains("Permission is hereby granted, free of charge", licence, StringComparison.Ordinal);
    }

    private static void Hold(Func<string, string, IEnumerable<Finding>> rule, string[] endings, params string[] folders)
    {
        IReadOnlyList<string> files = Repository.Files(endings, folders);
        Assert.NotEmpty(files);
        List<Finding> findings = [.. files.Where(f => f != "tests/Engine.Tests/House/HouseRuleTests.cs").SelectMany(f => rule(f, Repository.Read(f)))];
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings.Take(40)));
    }
}
