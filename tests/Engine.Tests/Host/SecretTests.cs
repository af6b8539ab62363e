using System;
using System.Collections.Generic;
using System.Linq;
using Xunit;

namespace DataStream.Tests.Host;

/// <summary>Nothing secret is written anywhere, whatever the command and however it ends.</summary>
public sealed class SecretTests
{
    private static readonly string[] s_names = ["SASL", "KEY", "KEY_PASSWORD", "REGISTRY", "CLIENT"];

    [Theory]
    [InlineData("", 0, "check")]
    [InlineData("", 0, "explain")]
    [InlineData("", 0, "run", "--report", "report.json", "--no-progress")]
    [InlineData("modules: [{module_name: m, module_class: filter, where: \"no_such > 1\"}]", 2, "run", "--no-progress")]
    [InlineData("error_handling: {on_error: fail}", 65, "run", "--report", "report.json", "--no-progress")]
    [InlineData("logging_level: \"${secret:env:SASL}\"", 2, "check")]
    public void No_canary_is_seen(string more, int code, params string[] arguments)
    {
        using var scratch = new Scratch();
        scratch.Write("in.csv", more.Contains("fail", StringComparison.Ordinal) ? "v\nx\n" : "v\n1\n");
        scratch.Write("config.yaml", $$$"""
            stream_settings: {stream_input: file:in.csv, stream_output: file:out.csv, schema: {v: int64}}
            security_settings:
              kafka:
                tls: {certificate: c.pem, key: "${secret:env:KEY}", key_password: "${secret:env:KEY_PASSWORD}"}
                sasl: {mechanism: oauthbearer, token_url: "https://idp/token", client_id: c, client_secret: "${secret:env:CLIENT}"}
              schema_registry: {url: "https://registry:8081", username: app, password: "${secret:env:REGISTRY}"}
            {{{more}}}
            """);
        Dictionary<string, string> secrets = s_names.ToDictionary(name => name, name => $"canary-{name}-{Guid.NewGuid():N}");
        Outcome outcome = Command.RunWith(scratch.Folder, secrets, [arguments[0], "config.yaml", .. arguments[1..]]);
        Assert.True(code == outcome.Code, outcome.Error);
        string seen = outcome.Output + outcome.Error + (scratch.Has("report.json") ? scratch.Read("report.json") : "");
        Assert.DoesNotContain("canary", seen, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_with_a_secret_in_it_is_shown_by_its_reference_where_a_record_is_named()
    {
        using var scratch = new Scratch();
        scratch.Write("canary.csv", "ts,v\n2020-01-01T00:00:00Z,x\n9999-01-01T00:00:00Z,1\n");
        scratch.Write("config.yaml", """
            stream_settings: {stream_input: "file:${secret:env:S}.csv", stream_output: file:out.csv, schema: {ts: timestamp, v: int64}, event_time: {field: ts}}
            """);

        Outcome outcome = Command.RunWith(scratch.Folder, new Dictionary<string, string> { ["S"] = "canary" }, ["run", "config.yaml", "--report", "report.json", "--no-progress"]);

        Assert.DoesNotContain("canary", outcome.Output + outcome.Error + scratch.Read("report.json"), StringComparison.Ordinal);
        Assert.Contains("such as ${secret:env:S}.csv:2", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("first ${secret:env:S}.csv:3", outcome.Error, StringComparison.Ordinal);
    }
}
