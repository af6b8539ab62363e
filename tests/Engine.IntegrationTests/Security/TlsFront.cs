using System;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading;
using System.Threading.Tasks;

namespace DataStream.IntegrationTests.Security;

/// <summary>TLS in front of a plain server of this machine, one connection after the other.</summary>
internal sealed class TlsFront : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate;
    private readonly Uri _behind;
    private readonly Task _serving;
    private TcpClient? _client; // that is served

    /// <param name="certificate">A file with certificate and key.</param>
    /// <param name="behind">The plain server.</param>
    public TlsFront(string certificate, string behind)
    {
        _certificate = X509Certificate2.CreateFromPemFile(certificate);
        _behind = new Uri(behind);
        _listener.Start();
        Url = string.Create(CultureInfo.InvariantCulture, $"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _serving = ServeAsync();
    }

    public string Url { get; }

    public void Dispose()
    {
        _listener.Stop();
        Volatile.Read(ref _client)?.Dispose(); // one that stays would be served for ever
        _serving.Wait();
        _certificate.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync().ConfigureAwait(false);
                Volatile.Write(ref _client, client);
                await ServeAsync(client).ConfigureAwait(false);
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                // A client that does not believe us.
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var secured = new SslStream(client.GetStream());
        await secured.AuthenticateAsServerAsync(_certificate).ConfigureAwait(false);
        using var plain = new TcpClient();
        await plain.ConnectAsync(_behind.Host, _behind.Port).ConfigureAwait(false);
        NetworkStream behind = plain.GetStream();
        await Task.WhenAny(secured.CopyToAsync(behind), behind.CopyToAsync(secured)).ConfigureAwait(false);
    }
}
