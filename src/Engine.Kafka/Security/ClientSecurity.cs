using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Confluent.Kafka;
using DataStream.Config;
using DataStream.Flow;

namespace DataStream.Kafka.Security;

/// <summary><c>security_settings.kafka</c> as settings of librdkafka. Certificates and host names are verified always.</summary>
public static class ClientSecurity
{
    private const string Pem = "-----BEGIN";

    /// <summary>Sets how a client speaks to its brokers.</summary>
    /// <exception cref="StopException">A certificate or key that is named is not there: 2.</exception>
    public static void Apply(KafkaSecurity? security, ClientConfig settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.SecurityProtocol = security switch
        {
            { Tls: not null, Sasl: not null } => SecurityProtocol.SaslSsl,
            { Tls: not null } => SecurityProtocol.Ssl,
            { Sasl: not null } => throw new StopException(ExitCode.Configuration, "SASL without TLS would send credentials in plaintext"),
            _ => SecurityProtocol.Plaintext,
        };
        if (security?.Tls is { } tls)
        {
            Apply(tls, settings);
        }

        if (security?.Sasl is { } sasl)
        {
            Apply(sasl, settings);
        }

        if (security is { Tls.Ca: { } own, Sasl: { UnsecuredPrincipal: null, TokenUrl: { } url } } && url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
        {
            // What is set here is in place of the system's authorities, and tokens often come from servers that those vouch for.
            settings.Set("https.ca.pem", $"{Text(own, "ca").TrimEnd()}\n{SystemAuthorities()}");
        }
    }

    /// <summary>What the user should know before the first byte leaves.</summary>
    /// <param name="security">null: plaintext.</param>
    /// <param name="brokers"><c>host:port</c>, with commas between.</param>
    public static IReadOnlyList<string> Warnings(KafkaSecurity? security, string brokers)
    {
        ArgumentNullException.ThrowIfNull(brokers);
        var warnings = new List<string>();
        string? remote = brokers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault(broker => !SecurityReader.IsLoopback(HostOf(broker)));
        if (security?.Tls is null && remote is not null)
        {
            warnings.Add($"Kafka is spoken in plaintext to {remote}: everything on the way can read and change it; set security_settings.kafka.tls");
        }

        if (security?.Sasl is { UnsecuredPrincipal: { } principal })
        {
            warnings.Add($"the tokens of '{principal}' are signed by nobody ('unsecured_principal'): only a test broker takes them");
        }

        return warnings;
    }

    /// <summary>Who we are for the brokers' access rules, as Kafka writes it.</summary>
    public static string Principal(KafkaSecurity? security)
    {
        if (security?.Sasl?.Principal is { } name)
        {
            return "User:" + name;
        }

        if (security?.Tls?.Certificate is { } certificate)
        {
            try
            {
                using X509Certificate2 own = X509Certificate2.CreateFromPem(Text(certificate, "certificate"));
                return "User:" + own.Subject.Replace(", ", ",", StringComparison.Ordinal);
            }
            catch (CryptographicException)
            {
                return "the client certificate's";
            }
        }

        return "User:ANONYMOUS";
    }

    private static void Apply(TlsSettings tls, ClientConfig settings)
    {
        settings.EnableSslCertificateVerification = true;
        settings.SslEndpointIdentificationAlgorithm = SslEndpointIdentificationAlgorithm.Https;
        if (tls.Ca is { } authority)
        {
            settings.SslCaPem = Text(authority, "ca");
        }

        if (tls.Certificate is { } certificate && tls.Key is { } key)
        {
            settings.SslCertificatePem = Text(certificate, "certificate");
            settings.SslKeyPem = Text(key, "key");
            settings.SslKeyPassword = tls.KeyPassword;
        }
    }

    private static void Apply(SaslSettings sasl, ClientConfig settings)
    {
        settings.SaslMechanism = sasl.Mechanism switch
        {
            "plain" => SaslMechanism.Plain,
            "scram-sha-256" => SaslMechanism.ScramSha256,
            "scram-sha-512" => SaslMechanism.ScramSha512,
            _ => SaslMechanism.OAuthBearer,
        };
        if (settings.SaslMechanism != SaslMechanism.OAuthBearer)
        {
            settings.SaslUsername = sasl.Username;
            settings.SaslPassword = sasl.Password;
        }
        else if (sasl.UnsecuredPrincipal is { } principal)
        {
            settings.EnableSaslOauthbearerUnsecureJwt = true;
            settings.SaslOauthbearerConfig = "principal=" + principal;
        }
        else
        {
            settings.SaslOauthbearerMethod = SaslOauthbearerMethod.Oidc;
            settings.SaslOauthbearerTokenEndpointUrl = sasl.TokenUrl;
            settings.SaslOauthbearerClientId = sasl.ClientId;
            settings.SaslOauthbearerClientSecret = sasl.ClientSecret;
            settings.SaslOauthbearerScope = sasl.Scope;
        }
    }

    private static string SystemAuthorities()
    {
        using var store = new X509Store(StoreName.Root, StoreLocation.LocalMachine);
        store.Open(OpenFlags.ReadOnly);
        return store.Certificates.ExportCertificatePems();
    }

    private static string Text(string pathOrPem, string key)
    {
        if (pathOrPem.StartsWith(Pem, StringComparison.Ordinal))
        {
            return pathOrPem;
        }

        try
        {
            return File.ReadAllText(pathOrPem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StopException(ExitCode.Configuration, $"security_settings.kafka.tls.{key}: the file '{pathOrPem}' cannot be read", e);
        }
    }

    private static string HostOf(string broker)
    {
        string address = broker.Contains("://", StringComparison.Ordinal) ? broker[(broker.IndexOf("://", StringComparison.Ordinal) + 3)..] : broker;
        int colon = address.LastIndexOf(':');
        return colon < 0 || address.EndsWith(']') ? address : address[..colon];
    }
}
