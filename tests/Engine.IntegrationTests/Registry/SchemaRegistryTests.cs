using System;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Confluent.SchemaRegistry;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Formats.Avro;
using DataStream.Kafka.Registry;
using Xunit;

namespace DataStream.IntegrationTests.Registry;

/// <summary>Schemas by their numbers: from a real registry, and from one in every kind of trouble.</summary>
public sealed class SchemaRegistryTests(RegistryServer server)
{
    private const string Order = """{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"long"}]}""";
    private const string Sale = """{"type":"record","name":"Sale","namespace":"shop","fields":[{"name":"paid","type":["null","Money"]}]}""";
    private const string Unknown = """{"error_code":40403,"message":"Schema not found"}""";

    private static readonly ErrorHandling s_retry = new() { MaxAttempts = 3, Backoff = 1000, MaxBackoff = 2000 };

    [Fact]
    public async Task A_real_registry_gives_what_was_registered_and_knows_what_it_has_not()
    {
        using var registry = new SchemaRegistry(new RegistrySettings(await server.UrlAsync()), s_retry, TestContext.Current.CancellationToken);
        int id = registry.Register("orders-value", Order, SchemaType.Avro);
        Assert.Equal(id, registry.Register("orders-value", Order, SchemaType.Avro));
        Assert.Equal("shop", JsonDocument.Parse(registry.Find(id)!).RootElement.GetProperty("namespace").GetString());
        Assert.Equal(SchemaKind.Avro, registry.KindOf(id));
        Assert.Equal(SchemaKind.Json, registry.KindOf(registry.Register("orders-json-value", "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"object\"}", SchemaType.Json)));
        foreach (int other in (int[])[99_999, int.MaxValue, 0, -1, int.MinValue])
        {
            Assert.Null(registry.Find(other));
            Assert.Equal(SchemaKind.Unknown, registry.KindOf(other));
        }
    }

    [Fact]
    public async Task Types_of_other_subjects_are_put_in()
    {
        string url = await server.UrlAsync();
        using var client = new CachedSchemaRegistryClient(new SchemaRegistryConfig { Url = url });
        await client.RegisterSchemaAsync("money", new Schema("""{"type":"record","name":"Money","namespace":"shop","fields":[{"name":"cents","type":"long"}]}""", SchemaType.Avro));
        int id = await client.RegisterSchemaAsync("sale-value", new Schema(
            """{"type":"record","name":"Sale","namespace":"shop","fields":[{"name":"paid","type":["null","Money"]},{"name":"due","type":"shop.Money"}]}""",
            [new SchemaReference("shop.Money", "money", 1)], SchemaType.Avro));
        using var registry = new SchemaRegistry(new RegistrySettings(url), s_retry, TestContext.Current.CancellationToken);
        using JsonDocument sale = JsonDocument.Parse(registry.Find(id)!);
        JsonElement fields = sale.RootElement.GetProperty("fields");
        Assert.Equal("cents", fields[0].GetProperty("type")[1].GetProperty("fields")[0].GetProperty("name").GetString());
        Assert.Equal("shop.Money", fields[1].GetProperty("type").GetString());
    }

    [Fact]
    public async Task Where_nothing_may_be_registered_a_missing_schema_ends_the_run()
    {
        string url = await server.UrlAsync();
        using var registry = new SchemaRegistry(new RegistrySettings(url) { Register = false }, s_retry, TestContext.Current.CancellationToken);
        StopException stop = Assert.Throws<StopException>(() => registry.Register("nobody-value", Order, SchemaType.Avro));
        Assert.Equal(ExitCode.Unavailable, stop.Code);
        Assert.Contains("'nobody-value'", stop.Message, StringComparison.Ordinal);

        using var open = new SchemaRegistry(new RegistrySettings(url), s_retry, TestContext.Current.CancellationToken);
        int id = open.Register("somebody-value", Order, SchemaType.Avro);
        Assert.Equal(id, registry.Register("somebody-value", Order, SchemaType.Avro));
    }

    [Fact]
    public void Every_number_is_asked_for_once()
    {
        using var stub = new RegistryStub((_, request) => request.Url!.AbsolutePath.EndsWith("/7", StringComparison.Ordinal) ? (200, Answer(Order)) : (404, Unknown));
        using SchemaRegistry registry = Open(stub);
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Order, Encoding.UTF8.GetString(registry.Find(7)!));
            Assert.Null(registry.Find(8));
            Assert.Equal((SchemaKind.Avro, SchemaKind.Unknown, SchemaKind.Unknown), (registry.KindOf(7), registry.KindOf(8), registry.KindOf(-7)));
        }

        Assert.Equal(["GET /schemas/ids/7", "GET /schemas/ids/8"], stub.Requests);
    }

    /// <summary>Whoever makes numbers up makes the process ask, not grow: of those that nobody knows so many are remembered.</summary>
    [Fact]
    public void Unknown_numbers_are_forgotten_when_they_are_too_many()
    {
        const int Remembered = 16;
        using var stub = new RegistryStub((_, _) => (404, Unknown));
        using var registry = new SchemaRegistry(new RegistrySettings(stub.Url), s_retry, TestContext.Current.CancellationToken) { MostUnknown = Remembered };
        for (int id = 0; id < Remembered; id++)
        {
            Assert.Null(registry.Find(id));
        }

        Assert.Null(registry.Find(0));
        Assert.Equal(Remembered, stub.Requests.Count);
        Assert.Null(registry.Find(Remembered));
        Assert.Null(registry.Find(0));
        Assert.Equal(Remembered + 2, stub.Requests.Count);
    }

    [Fact]
    public void A_registry_in_trouble_is_asked_again()
    {
        using var stub = new RegistryStub((n, _) => n < 3 ? (503, """{"error_code":50003,"message":"leader is away"}""") : (200, Answer(Order)));
        using SchemaRegistry registry = Open(stub);
        Assert.NotNull(registry.Find(1));
        Assert.Equal(3, stub.Requests.Count);
    }

    [Theory]
    [InlineData(503, """{"error_code":50003,"message":"leader is away"}""", 3, "leader is away")]
    [InlineData(500, "no JSON", 3, "does not answer")]
    [InlineData(401, """{"error_code":401,"message":"Unauthorized"}""", 1, "'app'")]
    [InlineData(403, """{"error_code":40301,"message":"Forbidden"}""", 1, "'app'")]
    [InlineData(404, """{"error_code":404,"message":"HTTP 404 Not Found"}""", 1, "does not answer as a schema registry")]
    public void A_registry_that_does_not_answer_ends_the_run_and_kills_no_record(int status, string body, int requests, string message)
    {
        using var stub = new RegistryStub((_, _) => (status, body));
        using SchemaRegistry registry = Open(stub);
        StopException stop = Assert.Throws<StopException>(() => registry.Find(1));
        Assert.Equal(ExitCode.Unavailable, stop.Code);
        Assert.Contains(message, stop.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", stop.ToString(), StringComparison.Ordinal);
        Assert.Equal(requests, stub.Requests.Count);
    }

    /// <summary>Only a number that nobody knows is the record's fault.</summary>
    [Theory]
    [InlineData(404, """{"error_code":40401,"message":"Subject not found"}""", "Subject not found")]
    [InlineData(409, """{"error_code":409,"message":"Incompatible"}""", "Incompatible")]
    [InlineData(422, """{"error_code":42201,"message":"Invalid schema"}""", "Invalid schema")]
    [InlineData(200, "<html>", "does not answer as a schema registry")]
    [InlineData(200, "{}", "there is no schema in the answer")]
    [InlineData(200, """{"schema":"{}","schemaType":"THRIFT"}""", "THRIFT")]
    public void Any_other_answer_ends_the_run_and_says_which(int status, string body, string message)
    {
        using var stub = new RegistryStub((_, _) => (status, body));
        using SchemaRegistry registry = Open(stub);
        foreach ((Action ask, string what) in new (Action, string)[] { (() => registry.Find(7), "schema 7"), (() => registry.KindOf(7), "schema 7"), (() => registry.Latest("orders-value"), "subject 'orders-value'") })
        {
            StopException stop = Assert.Throws<StopException>(ask);
            Assert.Equal(ExitCode.Unavailable, stop.Code);
            Assert.Contains(stub.Url, stop.Message, StringComparison.Ordinal);
            Assert.Contains(what, stop.Message, StringComparison.Ordinal);
            if (status != 404 || what == "schema 7")
            {
                Assert.Contains(message, stop.Message, StringComparison.Ordinal); // that a subject has nothing is said with what to do
            }
        }
    }

    [Fact]
    public void A_registry_that_refuses_to_say_its_subjects_is_told()
    {
        using var stub = new RegistryStub((_, _) => (422, """{"error_code":42201,"message":"not now"}"""));
        using SchemaRegistry registry = Open(stub);
        StopException stop = Assert.Throws<StopException>(registry.Connect);
        Assert.True(stop.Code == ExitCode.Unavailable && stop.Message.Contains("not now", StringComparison.Ordinal), stop.Message);
    }

    [Theory]
    [InlineData(40401)]
    [InlineData(40402)]
    [InlineData(40403)]
    public void A_type_that_a_schema_refers_to_and_that_is_gone_ends_the_run_with_its_name(int error)
    {
        using RegistryStub stub = Referring(Sale, (404, $$"""{"error_code":{{error}},"message":"not found"}"""));
        using SchemaRegistry registry = Open(stub);
        foreach (Action ask in new Action[] { () => registry.Find(7), () => registry.Latest("sale-value") })
        {
            StopException stop = Assert.Throws<StopException>(ask);
            Assert.Equal(ExitCode.Unavailable, stop.Code);
            Assert.Contains("the type 'shop.Money' (subject 'money', version 1)", stop.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>As where nothing is referred to: who parses the schema says what is wrong, and a record of it dies alone.</summary>
    [Theory]
    [InlineData(Sale, "no JSON", "there is no type")]
    [InlineData(Sale, "null", "there is no type")]
    [InlineData(Sale, """{"type":"record","name":"Money","namespace":"shop","fields":[null]}""", "a type lacks")]
    [InlineData(Sale, """{"type":"record","name":"Money","namespace":"shop","fields":["cents"]}""", "a type lacks")]
    [InlineData(Sale, """{"type":"record","name":"Money","namespace":"shop","fields":[],"fields":[]}""", "there is no type")]
    [InlineData("no JSON", Order, "the schema is no JSON")]
    [InlineData("[null]", Order, "a type is a name")]
    public void A_broken_schema_with_types_of_other_subjects_is_told_as_any(string schema, string money, string message)
    {
        using RegistryStub stub = Referring(schema, (200, JsonSerializer.Serialize(new { subject = "money", version = 1, id = 3, schema = money })));
        using SchemaRegistry registry = Open(stub);
        byte[] found = registry.Find(7)!;
        StopException stop = Assert.Throws<StopException>(() => AvroFormat.HaveSameColumns(found, found, "schema 7"));
        Assert.Equal(ExitCode.BadData, stop.Code);
        Assert.Contains(message, stop.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_registry_that_is_not_there_ends_the_run()
    {
        string url;
        using (var stub = new RegistryStub((_, _) => (200, "")))
        {
            url = stub.Url;
        }

        using var registry = new SchemaRegistry(new RegistrySettings(url), s_retry, TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.Unavailable, Assert.Throws<StopException>(() => registry.Find(1)).Code);
    }

    [Fact]
    public void Credentials_go_with_every_request()
    {
        using var stub = new RegistryStub((_, request) =>
            request.Headers["Authorization"] == "Basic " + Convert.ToBase64String("app:canary"u8) ? (200, Answer(Order)) : ((int)HttpStatusCode.Unauthorized, "{}"));
        using SchemaRegistry registry = Open(stub);
        Assert.NotNull(registry.Find(1));
    }

    [Theory]
    [InlineData("JSON", SchemaKind.Json)]
    [InlineData("PROTOBUF", SchemaKind.Other)]
    public void Schemas_of_other_kinds_are_none_for_Avro(string type, SchemaKind kind)
    {
        using var stub = new RegistryStub((_, _) => (200, JsonSerializer.Serialize(new { schema = "{}", schemaType = type })));
        using SchemaRegistry registry = Open(stub);
        Assert.Null(registry.Find(1));
        Assert.Equal(kind, registry.KindOf(1));
        Assert.Single(stub.Requests);
    }

    /// <summary>Of a schema that is not read, what it refers to is nobody's business: it need not be there.</summary>
    [Fact]
    public void The_kind_of_a_schema_is_told_without_the_types_that_it_refers_to()
    {
        using RegistryStub stub = Referring(Sale, (404, Unknown));
        using SchemaRegistry registry = Open(stub);
        Assert.Equal(SchemaKind.Avro, registry.KindOf(7));
        Assert.Single(stub.Requests);
    }

    /// <summary>Has one schema, which refers to <c>shop.Money</c>.</summary>
    private static RegistryStub Referring(string schema, (int Status, string Body) money) => new((_, request) =>
        request.Url!.AbsolutePath.Contains("/money/", StringComparison.Ordinal) ? money
            : (200, JsonSerializer.Serialize(new { subject = "sale-value", version = 1, id = 7, schema, references = new[] { new { name = "shop.Money", subject = "money", version = 1 } } })));

    private static SchemaRegistry Open(RegistryStub stub) =>
        new(new RegistrySettings(stub.Url) { Username = "app", Password = "canary" }, s_retry, TestContext.Current.CancellationToken);

    private static string Answer(string schema) => JsonSerializer.Serialize(new { schema });
}
