using System;
using System.Net;

namespace DataStream.Config;

/// <summary>Reads <c>security_settings</c>: what is secret never goes where others could read it.</summary>
public static class SecurityReader
{
    private static readonly string[] s_mechanisms = ["plain", "scram-sha-256", "scram-sha-512", "oauthbearer"];

    internal static SecuritySettings Read(Settings security)
    {
        var read = new SecuritySettings
        {
            Kafka = PipelineReader.Section(security, "kafka") is { } kafka ? ReadKafka(kafka) : null,
            SchemaRegistry = PipelineReader.Section(security, "schema_registry") is { } registry ? ReadRegistry(registry) : null,
        };
        foreach (ConfigEntry entry in security.Map)
        {
            if (entry.Key is not ("kafka" or "schema_registry"))
            {
                security.NotSupported(entry.Key);
            }
        }

        return read;
    }

    /// <summary>Whether a host is this machine by its name: nothing that is sent there leaves it.</summary>
    public static bool IsLoopback(string host)
    {
        ArgumentNullException.ThrowIfNull(host);
        string bare = host.Trim('[', ']');
        return bare.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(bare, out IPAddress? address) && IPAddress.IsLoopback(address));
    }

    private static KafkaSecurity ReadKafka(Settings kafka)
    {
        TlsSettings? tls = ReadTls(kafka);
        SaslSettings? sasl = PipelineReader.Section(kafka, "sasl") is { } section ? ReadSasl(section) : null;
        bool tlsIsFaulty = tls is null && kafka.HasErrors;
        if (kafka.Map.Find("sasl") is { } entry && tls is null && !tlsIsFaulty && entry.Value is ConfigMap)
        {
            kafka.Errors.Add(entry.KeyPlace, "sasl_plaintext", "'sasl' without 'tls' would send credentials in plaintext; write 'tls: true', or 'tls' with the broker's authority as 'ca'");
            sasl = null;
        }

        kafka.RejectUnknown();
        return new KafkaSecurity { Tls = tls, Sasl = sasl };
    }

    private static TlsSettings? ReadTls(Settings kafka)
    {
        switch (kafka.Node("tls"))
        {
            case null:
                return null;
            case ConfigMap map:
                var tls = new Settings("'tls'", kafka.Map.Find("tls")!.KeyPlace, map, kafka.Errors);
                var read = new TlsSettings { Ca = Filled(tls, "ca"), Certificate = Filled(tls, "certificate"), Key = Filled(tls, "key"), KeyPassword = tls.Text("key_password") };
                if (read.Certificate is null != read.Key is null)
                {
                    tls.Missing(read.Key is null ? "key" : "certificate");
                }

                tls.RejectUnknown();
                return read;
            case ConfigScalar { Value: "true" or "True" or "TRUE" or "false" or "False" or "FALSE" }:
                return kafka.Flag("tls", absent: false) ? new TlsSettings() : null;
            case ConfigNode other:
                kafka.Error(other, "bad_value", "'tls' is true (the system's authorities), false, or a map with 'ca', 'certificate' and 'key'");
                return null;
        }
    }

    private static SaslSettings? ReadSasl(Settings sasl)
    {
        string mechanism = sasl.RequiredText("mechanism");
        var read = new SaslSettings(mechanism)
        {
            Username = sasl.Text("username"),
            Password = sasl.Text("password"),
            TokenUrl = sasl.Text("token_url"),
            ClientId = sasl.Text("client_id"),
            ClientSecret = sasl.Text("client_secret"),
            Scope = sasl.Text("scope"),
            UnsecuredPrincipal = sasl.Text("unsecured_principal"),
        };
        if (Array.IndexOf(s_mechanisms, mechanism) < 0)
        {
            sasl.RejectUnknown();
            if (mechanism.Length > 0)
            {
                sasl.Error("mechanism", "bad_value", $"'mechanism' is {string.Join(" or ", s_mechanisms)}, not '{Texts.Short(sasl.Scalar("mechanism")!.Shown)}'{Spelling.SuggestNear(Texts.Short(mechanism), s_mechanisms)}");
            }

            return null;
        }

        bool isToken = mechanism == "oauthbearer";
        string[] needed = !isToken ? ["username", "password"] : read.UnsecuredPrincipal is null ? ["token_url", "client_id", "client_secret"] : [];
        string[] foreign = !isToken ? ["token_url", "client_id", "client_secret", "scope", "unsecured_principal"]
            : read.UnsecuredPrincipal is null ? ["username", "password"] : ["username", "password", "token_url", "client_id", "client_secret", "scope"];
        foreach (string key in needed)
        {
            if (!sasl.Has(key))
            {
                sasl.Missing(key);
            }
        }

        sasl.RejectUnknown();
        foreach (string key in foreign)
        {
            if (sasl.Map.Find(key) is { } entry)
            {
                sasl.Errors.Add(entry.KeyPlace, "bad_value", $"'{key}' is not for '{mechanism}'{(read.UnsecuredPrincipal is null || !isToken ? "" : " with 'unsecured_principal'")}");
            }
        }

        RefusePlaintext(sasl, "token_url", hasSecret: true, "the client's secret");
        return read;
    }

    private static RegistrySettings ReadRegistry(Settings registry)
    {
        var read = new RegistrySettings(registry.RequiredText("url"))
        {
            Username = registry.Text("username"),
            Password = registry.Text("password"),
            Ca = Filled(registry, "ca"),
            Register = registry.Flag("register", absent: true),
        };
        if (read.Username is null != read.Password is null)
        {
            registry.Missing(read.Username is null ? "username" : "password");
        }

        registry.RejectUnknown();
        RefusePlaintext(registry, "url", read.Password is not null, "the password");
        return read;
    }

    /// <summary>A URL by which something secret would go over a network in plaintext is an error, and so is one that is none.</summary>
    private static void RefusePlaintext(Settings settings, string key, bool hasSecret, string what)
    {
        if (settings.Scalar(key) is not { } scalar)
        {
            return;
        }

        if (!Uri.TryCreate(scalar.Value, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.UserInfo.Length > 0)
        {
            settings.Error(scalar, "bad_value", $"'{key}' of {settings.Owner} is a URL such as https://host:8081, without a user's name, not '{Texts.Short(scalar.Shown)}'");
        }
        else if (hasSecret && uri.Scheme == "http" && !IsLoopback(uri.Host))
        {
            settings.Error(scalar, "secret_plaintext", $"'{key}' of {settings.Owner} would send {what} in plaintext to another host; write https");
        }
    }

    /// <summary>A text that is not empty, or null where the key is absent.</summary>
    private static string? Filled(Settings settings, string key)
    {
        string? text = settings.Text(key);
        if (text is { Length: 0 })
        {
            settings.Error(key, "bad_value", $"'{key}' of {settings.Owner} is a path, or the PEM text itself");
        }

        return text;
    }
}
