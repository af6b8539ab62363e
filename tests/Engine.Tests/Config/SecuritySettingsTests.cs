using System;
using DataStream.Config;
using Xunit;

namespace DataStream.Tests.Config;

/// <summary><c>security_settings</c>: what it takes, what it refuses, and that it shows no secret.</summary>
public sealed class SecuritySettingsTests
{
    private const string Canary = "canary-51ab";

    [Fact]
    public void Everything_is_read_and_secrets_are_resolved()
    {
        SecuritySettings security = Loading.LoadGood(Loading.Good + """
            security_settings:
              kafka:
                tls: {ca: ca.pem, certificate: c.pem, key: "${secret:env:KEY}", key_password: x}
                sasl: {mechanism: scram-sha-512, username: app, password: "${secret:env:PASSWORD}"}
              schema_registry: {url: "https://registry:8081", username: u, password: "${secret:env:PASSWORD}", ca: r.pem, register: false}
            """, new() { ["PASSWORD"] = Canary, ["KEY"] = "-----BEGIN PRIVATE KEY-----" }).Security;
        Assert.Equal(new TlsSettings { Ca = "ca.pem", Certificate = "c.pem", Key = "-----BEGIN PRIVATE KEY-----", KeyPassword = "x" }, security.Kafka!.Tls);
        Assert.Equal(new SaslSettings("scram-sha-512") { Username = "app", Password = Canary }, security.Kafka.Sasl);
        Assert.Equal(new RegistrySettings("https://registry:8081") { Username = "u", Password = Canary, Ca = "r.pem", Register = false }, security.SchemaRegistry);
        Assert.DoesNotContain(Canary, security.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tls: true", true)]
    [InlineData("tls: false", false)]
    [InlineData("tls: {}", true)]
    [InlineData("", false)]
    public void Tls_is_on_where_it_is_asked_for(string kafka, bool on) =>
        Assert.Equal(on, Loading.LoadGood(Loading.Good + $"security_settings: {{kafka: {{{kafka}}}}}").Security.Kafka?.Tls is not null);

    [Theory]
    [InlineData("{mechanism: oauthbearer, token_url: \"https://idp/token\", client_id: c, client_secret: s, scope: kafka}")]
    [InlineData("{mechanism: oauthbearer, token_url: \"http://127.0.0.1:8080/token\", client_id: c, client_secret: s}")]
    [InlineData("{mechanism: oauthbearer, unsecured_principal: app}")]
    [InlineData("{mechanism: plain, username: u, password: p}")]
    public void Each_mechanism_has_its_keys(string sasl) =>
        Assert.NotNull(Loading.LoadGood(Loading.Good + $"security_settings: {{kafka: {{tls: true, sasl: {sasl}}}}}").Security.Kafka!.Sasl!.Principal);

    [Theory]
    [InlineData("kafka: {sasl: {mechanism: plain, username: u, password: p}}", "sasl_plaintext")]
    [InlineData("kafka: {tls: false, sasl: {mechanism: plain, username: u, password: p}}", "sasl_plaintext")]
    [InlineData("kafka: {tls: maybe, sasl: {mechanism: plain, username: u, password: p}}", "bad_value")]
    [InlineData("kafka: {tls: {certificate: c.pem}}", "missing_key")]
    [InlineData("kafka: {tls: {key: c.pem}}", "missing_key")]
    [InlineData("kafka: {tls: {ca: \"\"}}", "bad_value")]
    [InlineData("kafka: {tls: {verify: false}}", "unknown_key")]
    [InlineData("kafka: {tls: true, sasl: {mechanism: scram-sha-1, username: u, password: p}}", "bad_value")]
    [InlineData("kafka: {tls: true, sasl: {username: u, password: p}}", "missing_key")]
    [InlineData("kafka: {tls: true, sasl: {mechanism: plain, username: u}}", "missing_key")]
    [InlineData("kafka: {tls: true, sasl: {mechanism: plain, username: u, password: p, scope: s}}", "bad_value")]
    [InlineData("kafka: {tls: true, sasl: {mechanism: oauthbearer, client_id: c, client_secret: s}}", "missing_key")]
    [InlineData("kafka: {tls: true, sasl: {mechanism: oauthbearer, unsecured_principal: p, client_id: c}}", "bad_value")]
    [InlineData("kafka: {tls: true, sasl: {mechanism: oauthbearer, token_url: \"http://idp/token\", client_id: c, client_secret: s}}", "secret_plaintext")]
    [InlineData("schema_registry: {url: \"http://registry:8081\", username: u, password: p}", "secret_plaintext")]
    [InlineData("schema_registry: {url: registry}", "bad_value")]
    [InlineData("schema_registry: {url: \"https://u:p@registry\"}", "bad_value")]
    [InlineData("schema_registry: {url: \"https://registry\", username: u}", "missing_key")]
    [InlineData("schema_registry: {username: u, password: p}", "missing_key")]
    [InlineData("dashboard: {token: t}", "not_supported")]
    public void What_would_be_unsafe_or_means_nothing_is_one_error(string security, string code)
    {
        LoadedConfig loaded = Loading.Load(Loading.Good + $"security_settings: {{{security}}}");
        Assert.Equal(code, Assert.Single(loaded.Errors.Sorted()).Code);
    }

    [Theory]
    [InlineData("kafka: {tls: true, sasl: {mechanism: \"${secret:env:S}\", username: u, password: p}}")]
    [InlineData("schema_registry: {url: \"${secret:env:S}\", username: u, password: p}")]
    [InlineData("kafka: {tls: \"${secret:env:S}\"}")]
    public void No_error_shows_a_secret(string security)
    {
        LoadedConfig loaded = Loading.Load(Loading.Good + $"security_settings: {{{security}}}", new() { ["S"] = Canary });
        Assert.NotEmpty(loaded.Errors.Sorted());
        Assert.DoesNotContain(Canary, Loading.Text(loaded), StringComparison.Ordinal);
    }
}
