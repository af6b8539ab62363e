using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net;
using System.Net.Http;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Confluent.SchemaRegistry;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;

namespace DataStream.Kafka.Registry;

/// <summary>
/// A schema registry, through Confluent's client. A number is asked for once, whether it is known there or not; a registry that does not answer is asked
/// again as <c>error_handling.retry</c> says, and then ends the run with 75: no record is dead because a registry was away. Any thread may call; calls wait.
/// </summary>
public sealed class SchemaRegistry : ISchemaLookup, IDisposable
{
    private const int UnknownSchema = 40403;
    private const int UnknownSubject = 40401;
    private const int RequestLimit = 10_000; // milliseconds

    private readonly object _gate = new();
    private readonly Dictionary<int, (SchemaKind Kind, Schema? Schema)> _schemas = [];
    private readonly Dictionary<int, byte[]> _avro = []; // as Avro's grammar wants them: with the types that they refer to
    private readonly HashSet<int> _unknown = [];
    private readonly SchemaAnswers _answers;
    private readonly CachedSchemaRegistryClient _client;
    private readonly RegistrySettings _settings;
    private readonly ErrorHandling _retry;
    private readonly CancellationToken _stop;
    private readonly string? _authority; // a file that was made of PEM text

    /// <param name="settings"><c>security_settings.schema_registry</c>.</param>
    /// <param name="retry">How often and how long a registry that does not answer is asked.</param>
    /// <param name="stop">Ends a wait between two tries.</param>
    public SchemaRegistry(RegistrySettings settings, ErrorHandling retry, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(retry);
        (_settings, _retry, _stop) = (settings, retry, stop);
        _answers = new SchemaAnswers(Kind, Read);
        // One try of the client's own: it counts tries, not repetitions, and with none it has no answer (a NullReferenceException).
        var client = new SchemaRegistryConfig { Url = settings.Url, RequestTimeoutMs = RequestLimit, MaxRetries = 1, RetriesWaitMs = 1, RetriesMaxWaitMs = 1, EnableSslCertificateVerification = true };
        if (settings.Username is not null)
        {
            client.BasicAuthCredentialsSource = AuthCredentialsSource.UserInfo;
            client.BasicAuthUserInfo = $"{settings.Username}:{settings.Password}";
        }

        if (settings.Ca is { } authority)
        {
            bool isText = authority.StartsWith("-----BEGIN", StringComparison.Ordinal);
            _authority = isText ? Path.GetTempFileName() : null;
            if (isText)
            {
                File.WriteAllText(_authority!, authority);
            }
            else if (!File.Exists(authority))
            {
                throw new StopException(ExitCode.Configuration, $"security_settings.schema_registry.ca: the file '{authority}' cannot be read");
            }

            client.SslCaLocation = _authority ?? authority;
        }

        _client = new CachedSchemaRegistryClient(client);
    }

    /// <summary>So many numbers that nobody knows are remembered: a producer that makes them up fills no memory.</summary>
    internal int MostUnknown { get; init; } = 4096;

    /// <inheritdoc/>
    public byte[]? Find(int id) => _answers.TryGet(id, needsText: true, out SchemaAnswer answer) ? answer.Text : Read(id);

    /// <inheritdoc/>
    public SchemaKind KindOf(int id) => _answers.TryGet(id, needsText: false, out SchemaAnswer answer) ? answer.Kind : Kind(id);

    /// <inheritdoc/>
    public bool IsReady(int id, bool needsText) => _answers.IsThere(id, needsText, MostUnknown);

    /// <summary>The number of a schema under a subject, where it is registered if the settings allow that.</summary>
    /// <exception cref="StopException">The registry does not answer, refuses, or has no such schema and none may be registered: 75.</exception>
    public int Register(string subject, string schema, SchemaType type)
    {
        string what = $"subject '{subject}'";
        try
        {
            return _settings.Register
                ? Ask(what, () => _client.RegisterSchemaAsync(subject, new Schema(schema, type)))
                : Ask(what, async () => (await _client.LookupSchemaAsync(subject, new Schema(schema, type), ignoreDeletedSchemas: true).ConfigureAwait(false)).Id);
        }
        catch (SchemaRegistryException e) when (e.ErrorCode is UnknownSchema or UnknownSubject)
        {
            throw new StopException(ExitCode.Unavailable, $"the schema registry {_settings.Url} has no such schema under {what}, and 'register: false' says that none may be added; the output's is {schema}", e);
        }
        catch (SchemaRegistryException e)
        {
            throw new StopException(ExitCode.Unavailable, $"the schema registry {_settings.Url} refuses the output's schema under {what}: {Said(e)}", e);
        }
    }

    /// <summary>The latest schema under a subject, as JSON in UTF-8.</summary>
    /// <exception cref="StopException">The registry does not answer or refuses, or the subject is not there: 75. It is no Avro: 65.</exception>
    public byte[] Latest(string subject)
    {
        string what = $"subject '{subject}'";
        try
        {
            return Ask(what, async () =>
            {
                RegisteredSchema schema = await _client.GetLatestSchemaAsync(subject).ConfigureAwait(false);
                return schema.SchemaType == SchemaType.Avro ? await TextAsync(schema, what).ConfigureAwait(false)
                    : throw new StopException(ExitCode.BadData, $"the schema registry {_settings.Url} has {schema.SchemaType} under {what}, and the input is Avro");
            });
        }
        catch (SchemaRegistryException e) when (e.ErrorCode is UnknownSubject or UnknownSchema || e.Status is HttpStatusCode.NotFound)
        {
            throw new StopException(ExitCode.Unavailable, $"the schema registry {_settings.Url} has nothing under {what}, and there is no 'schema' to say the columns: register the messages' schema there, name another 'subject' at the input, or write 'schema'", e);
        }
        catch (SchemaRegistryException e)
        {
            throw Refusal(what, e);
        }
    }

    /// <summary>Asks whether it answers.</summary>
    /// <exception cref="StopException">75: it does not.</exception>
    public void Connect() => Get("its subjects", _client.GetAllSubjectsAsync);

    public void Dispose()
    {
        _client.Dispose();
        if (_authority is not null)
        {
            File.Delete(_authority);
        }
    }

    private SchemaKind Kind(int id)
    {
        lock (_gate)
        {
            return Numbered(id).Kind;
        }
    }

    private byte[]? Read(int id)
    {
        lock (_gate)
        {
            // Data of a schema of another kind is no Avro, whatever its bytes look like.
            if (!_avro.TryGetValue(id, out byte[]? text) && Numbered(id) is (SchemaKind.Avro, { } schema))
            {
                string what = Name(id);
                text = Get(what, () => TextAsync(schema, what));
                _avro.Add(id, text);
            }

            return text;
        }
    }

    /// <summary>The schema of a number. No schema's number is negative, and not every registry says so when asked.</summary>
    private (SchemaKind Kind, Schema? Schema) Numbered(int id)
    {
        if (id < 0 || _unknown.Contains(id))
        {
            return default;
        }

        if (!_schemas.TryGetValue(id, out (SchemaKind Kind, Schema? Schema) found))
        {
            found = Get(Name(id), () => FindAsync(id));
            if (found.Kind != SchemaKind.Unknown)
            {
                _schemas.Add(id, found);
                return found;
            }

            if (_unknown.Count == MostUnknown)
            {
                _unknown.Clear();
            }

            _unknown.Add(id);
        }

        return found;
    }

    private static string Name(int id) => string.Create(CultureInfo.InvariantCulture, $"schema {id}");

    private async Task<(SchemaKind Kind, Schema? Schema)> FindAsync(int id)
    {
        try
        {
            Schema schema = Sound(await _client.GetSchemaAsync(id).ConfigureAwait(false), Name(id));
            return (schema.SchemaType switch { SchemaType.Avro => SchemaKind.Avro, SchemaType.Json => SchemaKind.Json, _ => SchemaKind.Other }, schema);
        }
        catch (SchemaRegistryException e) when (e.ErrorCode == UnknownSchema)
        {
            return default; // only here: a type that it refers to and that is not there is no number that nobody knows
        }
    }

    private async Task<byte[]> TextAsync(Schema schema, string what) =>
        Encoding.UTF8.GetBytes(await SchemaReferences.InlineAsync(Sound(schema, what), reference => TypeAsync(reference, what)).ConfigureAwait(false));

    private async Task<RegisteredSchema> TypeAsync(SchemaReference reference, string what)
    {
        string type = string.Create(CultureInfo.InvariantCulture, $"the type '{reference.Name}' (subject '{reference.Subject}', version {reference.Version}) that {what} refers to");
        try
        {
            return Sound(await _client.GetRegisteredSchemaAsync(reference.Subject, reference.Version).ConfigureAwait(false), type);
        }
        catch (SchemaRegistryException e) when (IsJudged(e) || e.Status is HttpStatusCode.NotFound)
        {
            throw Refusal(type, e);
        }
    }

    private T Sound<T>(T schema, string what) where T : Schema =>
        schema.SchemaString is null ? throw new StopException(ExitCode.Unavailable, $"{_settings.Url} does not answer as a schema registry when asked for {what}: there is no schema in the answer") : schema;

    /// <summary>Asks for what is there, or should be.</summary>
    /// <exception cref="StopException">75: there is none.</exception>
    private T Get<T>(string what, Func<Task<T>> question)
    {
        try
        {
            return Ask(what, question);
        }
        catch (SchemaRegistryException e)
        {
            throw Refusal(what, e);
        }
    }

    private StopException Refusal(string what, SchemaRegistryException e) =>
        new(ExitCode.Unavailable, string.Create(CultureInfo.InvariantCulture, $"the schema registry {_settings.Url} does not give {what}: {Said(e)} ({e.ErrorCode})"), e);

    /// <summary>Asks until there is an answer. What the registry itself refuses is thrown on for the caller to give it a meaning, else it is 75 at once.</summary>
    private T Ask<T>(string what, Func<Task<T>> question)
    {
        long wait = _retry.Backoff;
        for (int tries = 1; ; tries++)
        {
            try
            {
                return question().GetAwaiter().GetResult();
            }
            catch (SchemaRegistryException e) when (e.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            {
                throw new StopException(ExitCode.Unavailable, $"the schema registry {_settings.Url} refuses {what} to {(_settings.Username is { } user ? $"'{user}'" : "a client without credentials")}: {Said(e)}", e);
            }
            catch (SchemaRegistryException e) when (IsAnswer(e))
            {
                if (IsJudged(e))
                {
                    throw;
                }

                throw new StopException(ExitCode.Unavailable, $"{_settings.Url} does not answer as a schema registry when asked for {what}: {Said(e)}", e);
            }
            catch (Exception e) when (e is Newtonsoft.Json.JsonException or InvalidOperationException)
            {
                // Confluent's client reads answers so; a kind of schema that it does not know is of no operation to it.
                throw new StopException(ExitCode.Unavailable, $"{_settings.Url} does not answer as a schema registry when asked for {what}: {Said(e)}", e);
            }
            catch (Exception e) when (e is SchemaRegistryException or HttpRequestException or TaskCanceledException or IOException or AggregateException)
            {
                if (tries >= _retry.MaxAttempts || _stop.IsCancellationRequested)
                {
                    throw new StopException(ExitCode.Unavailable, string.Create(CultureInfo.InvariantCulture, $"the schema registry {_settings.Url} does not answer ({what}, {tries} tries): {Said(e)}"), e);
                }
            }

            _stop.WaitHandle.WaitOne(TimeSpan.FromMicroseconds(wait));
            wait = Math.Min(2 * wait, _retry.MaxBackoff);
        }
    }

    /// <summary>Whether the registry has judged: another try would get the same.</summary>
    private static bool IsAnswer(SchemaRegistryException e) => (int)e.Status is >= 400 and < 500 and not 408 and not 429;

    /// <summary>Whether it is the answer of a registry, not of what else may listen there.</summary>
    private static bool IsJudged(SchemaRegistryException e) => e.ErrorCode is UnknownSchema or UnknownSubject || (int)e.Status is 409 or 422;

    private static string Said(Exception e) => (e is AggregateException { InnerException: { } inner } ? inner : e).Message.ReplaceLineEndings(" ");
}
