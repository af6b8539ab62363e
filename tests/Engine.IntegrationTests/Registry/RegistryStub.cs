using System;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using System.Threading.Tasks;
using DataStream.IntegrationTests.Kafka;

namespace DataStream.IntegrationTests.Registry;

/// <summary>Answers as a registry in trouble does: what each request gets is the test's, and requests are noted in order.</summary>
public sealed class RegistryStub : IDisposable
{
    private readonly PortBlock _ports = PortBlock.Take();
    private readonly HttpListener _listener = new();
    private readonly Func<int, HttpListenerRequest, (int Status, string Body)> _answer;
    private readonly Task _serving;

    /// <param name="answer">Status and JSON for the n-th request, from 1.</param>
    public RegistryStub(Func<int, HttpListenerRequest, (int Status, string Body)> answer)
    {
        _answer = answer;
        Url = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_ports.Start}");
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    public ConcurrentQueue<string> Requests { get; } = new();

    public void Dispose()
    {
        _listener.Close();
        _serving.Wait();
        _ports.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                HttpListenerContext context = await _listener.GetContextAsync().ConfigureAwait(false);
                Requests.Enqueue($"{context.Request.HttpMethod} {context.Request.Url!.AbsolutePath}");
                (int status, string body) = _answer(Requests.Count, context.Request);
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body)).ConfigureAwait(false);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
