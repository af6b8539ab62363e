using System;
using System.IO;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>An authority, what it signed for the brokers (one certificate for this machine, one for another) and a client, as PEM files in one folder.</summary>
public sealed class Certificates
{
    private readonly DateTimeOffset _from = DateTimeOffset.UtcNow.AddHours(-1);
    private readonly DateTimeOffset _until = DateTimeOffset.UtcNow.AddDays(7);

    public Certificates(string folder)
    {
        Directory.CreateDirectory(folder);
        Authority = Path.Combine(folder, "ca.pem");
        Client = Path.Combine(folder, "client.pem");
        ClientKey = Path.Combine(folder, "client.key");
        Broker = Path.Combine(folder, "broker.pem");
        Elsewhere = Path.Combine(folder, "elsewhere.pem");
        Stranger = Path.Combine(folder, "stranger-ca.pem");

        using var key = RSA.Create(2048);
        using X509Certificate2 authority = NewAuthority("test-ca", key);
        File.WriteAllText(Authority, authority.ExportCertificatePem());
        using var other = RSA.Create(2048);
        using X509Certificate2 stranger = NewAuthority("stranger-ca", other);
        File.WriteAllText(Stranger, stranger.ExportCertificatePem());

        var here = new SubjectAlternativeNameBuilder();
        here.AddDnsName("localhost");
        here.AddIpAddress(IPAddress.Loopback);
        (string certificate, string secret) = Sign(authority, "localhost", here);
        File.WriteAllText(Broker, secret + "\n" + certificate + "\n");

        var elsewhere = new SubjectAlternativeNameBuilder();
        elsewhere.AddDnsName("broker.elsewhere.example");
        (certificate, secret) = Sign(authority, "broker.elsewhere.example", elsewhere);
        File.WriteAllText(Elsewhere, secret + "\n" + certificate + "\n");

        (certificate, secret) = Sign(authority, "client", null);
        File.WriteAllText(Client, certificate + "\n");
        File.WriteAllText(ClientKey, secret + "\n");
    }

    public string Authority { get; }

    public string Client { get; }

    public string ClientKey { get; }

    /// <summary>Key and certificate of the brokers, for localhost and 127.0.0.1.</summary>
    public string Broker { get; }

    /// <summary>Key and certificate by the same authority for a host that is not this one.</summary>
    public string Elsewhere { get; }

    /// <summary>An authority that signed nothing here.</summary>
    public string Stranger { get; }

    private X509Certificate2 NewAuthority(string name, RSA key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(_from, _until);
    }

    private (string Certificate, string Key) Sign(X509Certificate2 authority, string name, SubjectAlternativeNameBuilder? names)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        using X509Certificate2 certificate = request.Create(authority, _from, _until, RandomNumberGenerator.GetBytes(8));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
