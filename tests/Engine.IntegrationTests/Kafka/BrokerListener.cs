namespace DataStream.IntegrationTests.Kafka;

/// <summary>The listeners of each broker; the number is its port's distance from the broker's first port.</summary>
public enum BrokerListener
{
    Plaintext = 0,
    Tls = 1,

    /// <summary>SASL over TLS: PLAIN, SCRAM-SHA-256 and -512 (user <c>app</c>, password <c>app-secret</c>), OAUTHBEARER with unsecured tokens.</summary>
    SaslTls = 2,

    /// <summary>TLS that asks for a client certificate.</summary>
    MutualTls = 3,

    /// <summary>TLS with a certificate for another host.</summary>
    TlsElsewhere = 4,

    Controller = 9,
}
