using System.Linq;
using System.Security.Cryptography.X509Certificates;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Kafka.Security;
using Xunit;

namespace DataStream.IntegrationTests.Security;

/// <summary>Client options by allow-list, and warnings before the first byte leaves.</summary>
public sealed class ClientOptionsTests
{
    private const string Own = "-----BEGIN CERTIFICATE-----\nown\n-----END CERTIFICATE-----\n";

    [Theory]
    [InlineData("client.rack: eu-west-1a", true)]
    [InlineData("fetch.min.bytes: 1000", true)]
    [InlineData("linger.ms: 5", false)]
    [InlineData("compression.type: lz4", false)]
    public void What_is_allowed_is_read(string option, bool isInput)
    {
        (string[] set, string[] errors) = Read(option, isInput);
        Assert.Equal([option.Replace(": ", "=", System.StringComparison.Ordinal)], set);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("linger.ms: 5", true, "it is for outputs")]
    [InlineData("fetch.min.bytes: 5", false, "it is for inputs")]
    [InlineData("enable.auto.commit: true", true, "offsets are committed when")]
    [InlineData("enable.auto.offset.store: true", true, "offsets are stored when")]
    [InlineData("group.id: g", true, "write 'group'")]
    [InlineData("isolation.level: read_uncommitted", true, "only what is committed")]
    [InlineData("ssl.endpoint.identification.algorithm: none", true, "security_settings.kafka")]
    [InlineData("enable.ssl.certificate.verification: false", false, "security_settings.kafka")]
    [InlineData("sasl.password: x", false, "security_settings.kafka")]
    [InlineData("security.protocol: plaintext", true, "security_settings.kafka")]
    [InlineData("queued.max.messages.kbytes: 1", true, "memory_budget")]
    [InlineData("plugin.library.paths: evil", true, "not among those")]
    [InlineData("ssl.engine.location: evil", true, "security_settings.kafka")]
    [InlineData("debug: all", true, "may be secret")]
    [InlineData("acks: 1", false, "all replicas")]
    [InlineData("client.rak: a", true, "did you mean 'client.rack'?")]
    public void Everything_else_is_an_error_that_says_what_to_do(string option, bool isInput, string message)
    {
        (string[] set, string[] errors) = Read(option, isInput);
        Assert.Empty(set);
        Assert.Contains("options.yaml:1:1: error kafka_option:", Assert.Single(errors), System.StringComparison.Ordinal);
        Assert.Contains(message, errors[0], System.StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:9092,127.0.0.1:9093,[::1]:9094,127.8.9.1:9092", 0)]
    [InlineData("localhost:9092,kafka.example:9093", 1)]
    [InlineData("10.0.0.1:9092", 1)]
    [InlineData("localhost.example:9092", 1)]
    [InlineData("[2001:db8::1]:9092", 1)]
    public void Plaintext_to_another_host_warns(string brokers, int warnings)
    {
        Assert.Equal(warnings, ClientSecurity.Warnings(null, brokers).Count);
        Assert.Equal(warnings, ClientSecurity.Warnings(new KafkaSecurity(), brokers).Count);
        Assert.Empty(ClientSecurity.Warnings(new KafkaSecurity { Tls = new() }, brokers));
    }

    [Fact]
    public void Tokens_that_nobody_signed_warn() =>
        Assert.Single(ClientSecurity.Warnings(new KafkaSecurity { Tls = new(), Sasl = new("oauthbearer") { UnsecuredPrincipal = "app" } }, "localhost:9092"));

    [Fact]
    public void Host_names_and_certificates_are_always_verified()
    {
        var settings = new ClientConfig();
        ClientSecurity.Apply(new KafkaSecurity { Tls = new(), Sasl = new("plain") { Username = "u", Password = "p" } }, settings);
        Assert.Equal(SecurityProtocol.SaslSsl, settings.SecurityProtocol);
        Assert.Equal(SslEndpointIdentificationAlgorithm.Https, settings.SslEndpointIdentificationAlgorithm);
        Assert.True(settings.EnableSslCertificateVerification);
        Assert.Throws<Flow.StopException>(() => ClientSecurity.Apply(new KafkaSecurity { Sasl = new("plain") }, settings));
    }

    /// <summary>Its own list is in place of the system's, so it has both.</summary>
    [Theory]
    [InlineData("https://issuer/token", true, true)]
    [InlineData("HTTPS://issuer/token", true, true)]
    [InlineData("https://issuer/token", false, false)]
    [InlineData("http://localhost:8080/token", true, false)]
    public void The_issuer_of_tokens_may_have_a_certificate_of_the_brokers_authority(string url, bool hasAuthority, bool isSet)
    {
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        var settings = new ClientConfig();
        var sasl = new SaslSettings("oauthbearer") { TokenUrl = url, ClientId = "c", ClientSecret = "s" };
        ClientSecurity.Apply(new KafkaSecurity { Tls = new() { Ca = hasAuthority ? Own : null }, Sasl = sasl }, settings);
        string? authorities = settings.Get("https.ca.pem");
        Assert.Equal(isSet ? 1 + store.Certificates.Count : 0, (authorities ?? "").Split(Own.Split('\n')[0]).Length - 1);
        Assert.Equal(isSet, authorities?.StartsWith(Own, System.StringComparison.Ordinal) ?? false);
        Assert.Equal(authorities, DataStream.Kafka.Topics.AdminSettings(settings).Get("https.ca.pem"));
        Assert.Null(authorities is null ? null : DataStream.Kafka.Native.ClientTrial.FaultOf("https.ca.pem", authorities));
    }

    private static (string[] Set, string[] Errors) Read(string option, bool isInput)
    {
        var errors = new ConfigErrors();
        string[] parts = option.Split(": ");
        var place = new Place("options.yaml", 1, 1);
        var map = new ConfigMap { new ConfigEntry(parts[0], place, new ConfigScalar(parts[1]) { Place = place }) };
        string[] set = [.. ClientOptions.Read(new Settings("'options'", default, map, errors), isInput).Select(o => $"{o.Key}={o.Value}")];
        return (set, [.. errors.Sorted().Select(e => e.ToString())]);
    }
}
