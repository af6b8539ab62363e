using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using DataStream.Config;
using DataStream.Flow;
using DataStream.IntegrationTests.Kafka;
using DataStream.IntegrationTests.Registry;
using DataStream.Kafka.Security;
using Xunit;

namespace DataStream.IntegrationTests.Security;

/// <summary>Each way of <c>security_settings.kafka</c> against a broker that asks for it, and each that must fail.</summary>
public sealed class ListenerTests(Broker broker)
{
    // Far from any machine's speed: an answer takes milliseconds.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("plain")]
    [InlineData("scram-sha-256")]
    [InlineData("scram-sha-512")]
    public void The_right_password_is_let_in(string mechanism) =>
        Assert.Null(Knock(BrokerListener.SaslTls, certificates => new KafkaSecurity { Tls = new() { Ca = certificates.Authority }, Sasl = new(mechanism) { Username = KafkaNodes.User, Password = KafkaNodes.Password } }));

    [Theory]
    [InlineData("plain")]
    [InlineData("scram-sha-256")]
    [InlineData("scram-sha-512")]
    public void A_wrong_password_is_not(string mechanism)
    {
        Error? error = Knock(BrokerListener.SaslTls, certificates => new KafkaSecurity { Tls = new() { Ca = certificates.Authority }, Sasl = new(mechanism) { Username = KafkaNodes.User, Password = "canary" } });
        Assert.Equal(ErrorCode.Local_Authentication, error!.Code);
        Assert.DoesNotContain("canary", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unsecured_token_names_the_principal() =>
        Assert.Null(Knock(BrokerListener.SaslTls, certificates => new KafkaSecurity { Tls = new() { Ca = certificates.Authority }, Sasl = new("oauthbearer") { UnsecuredPrincipal = "app" } }));

    [Fact]
    public void Tokens_are_fetched_from_their_issuer()
    {
        broker.NeedsReal("OAUTHBEARER");
        using RegistryStub issuer = Issuer();
        var sasl = new SaslSettings("oauthbearer") { TokenUrl = issuer.Url + "/token", ClientId = "c", ClientSecret = "s", Scope = "kafka" };
        Assert.Null(Knock(BrokerListener.SaslTls, certificates => new KafkaSecurity { Tls = new() { Ca = certificates.Authority }, Sasl = sasl }));
        Assert.Contains("POST /token", issuer.Requests);
        Assert.NotNull(Knock(BrokerListener.SaslTls, certificates => new KafkaSecurity { Tls = new() { Ca = certificates.Authority }, Sasl = sasl with { ClientSecret = "wrong" } }));
    }

    [Fact]
    public void An_issuer_of_tokens_is_believed_by_the_brokers_authority_and_by_no_other()
    {
        Certificates certificates = broker.NeedsReal("OAUTHBEARER").Certificates;
        using RegistryStub issuer = Issuer();
        using var here = new TlsFront(certificates.Broker, issuer.Url);
        using var elsewhere = new TlsFront(certificates.Elsewhere, issuer.Url);
        Error? Ask(string url) => Knock(BrokerListener.SaslTls, _ => new KafkaSecurity { Tls = new() { Ca = certificates.Authority }, Sasl = new("oauthbearer") { TokenUrl = url + "/token", ClientId = "c", ClientSecret = "s" } });
        Assert.Null(Ask(here.Url));
        int asked = issuer.Requests.Count;
        Assert.NotNull(Ask(elsewhere.Url)); // the authority's, and another host's
        Assert.Equal(asked, issuer.Requests.Count);
    }

    [Fact]
    public void A_client_certificate_opens_where_one_is_asked_for()
    {
        Certificates certificates = broker.NeedsReal("TLS").Certificates;
        var tls = new TlsSettings { Ca = certificates.Authority, Certificate = certificates.Client, Key = certificates.ClientKey };
        Assert.Null(Knock(BrokerListener.MutualTls, _ => new KafkaSecurity { Tls = tls }));
        Assert.Equal("User:CN=client", ClientSecurity.Principal(new KafkaSecurity { Tls = tls }));
        // What a secret holds is the text itself.
        Assert.Null(Knock(BrokerListener.MutualTls, _ => new KafkaSecurity
        {
            Tls = new() { Ca = File.ReadAllText(tls.Ca), Certificate = File.ReadAllText(tls.Certificate), Key = File.ReadAllText(tls.Key) },
        }));
    }

    [Fact]
    public void Without_one_the_door_stays_closed() =>
        Assert.NotNull(Knock(BrokerListener.MutualTls, certificates => new KafkaSecurity { Tls = new() { Ca = certificates.Authority } }));

    [Fact]
    public void A_broker_with_another_hosts_certificate_is_not_spoken_to()
    {
        Error? error = Knock(BrokerListener.TlsElsewhere, certificates => new KafkaSecurity { Tls = new() { Ca = certificates.Authority } });
        Assert.Equal(ErrorCode.Local_Ssl, error!.Code);
        Assert.Contains("certificate verify failed", error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broker_whose_authority_is_not_ours_is_not_spoken_to()
    {
        Assert.Equal(ErrorCode.Local_Ssl, Knock(BrokerListener.Tls, certificates => new KafkaSecurity { Tls = new() { Ca = certificates.Stranger } })!.Code);
        Assert.Equal(ErrorCode.Local_Ssl, Knock(BrokerListener.Tls, _ => new KafkaSecurity { Tls = new() })!.Code);
    }

    [Fact]
    public void A_certificate_that_is_not_there_is_named()
    {
        StopException stop = Assert.Throws<StopException>(() => ClientSecurity.Apply(new KafkaSecurity { Tls = new() { Ca = "no/such.pem" } }, new ClientConfig()));
        Assert.Equal(ExitCode.Configuration, stop.Code);
        Assert.Contains("tls.ca: the file 'no/such.pem'", stop.Message, StringComparison.Ordinal);
    }

    /// <summary>Null where the broker lets the client in, else what it says of it first.</summary>
    private Error? Knock(BrokerListener listener, Func<Certificates, KafkaSecurity> security)
    {
        KafkaNodes nodes = broker.NeedsReal("TLS and SASL");
        var settings = new AdminClientConfig { BootstrapServers = nodes.Bootstrap(listener) };
        ClientSecurity.Apply(security(nodes.Certificates), settings);
        var refused = new TaskCompletionSource<Error>(TaskCreationOptions.RunContinuationsAsynchronously);
        using IAdminClient admin = new AdminClientBuilder(settings).SetLogHandler((_, _) => { })
            .SetErrorHandler((_, error) => refused.TrySetResult(error)).Build();
        Task<DescribeClusterResult> answer = admin.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = s_limit });
        return Task.WhenAny(answer, refused.Task).GetAwaiter().GetResult() == answer && answer.IsCompletedSuccessfully ? null : refused.Task.Result;
    }

    private static RegistryStub Issuer() => new((_, request) =>
        request.Headers["Authorization"] == "Basic " + Convert.ToBase64String("c:s"u8) ? (200, $$"""{"access_token":"{{Token("app")}}","token_type":"Bearer","expires_in":3600}""") : (401, "{}"));

    private static string Token(string principal)
    {
        string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
        long now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return Part("""{"alg":"none"}""") + "." + Part(string.Create(CultureInfo.InvariantCulture, $$"""{"sub":"{{principal}}","iat":{{now}},"exp":{{now + 3600}}}""")) + ".";
    }
}
