using Confluent.Kafka;

namespace DataStream.IntegrationTests.Kafka;

/// <summary>Confluent's own clients, which are independent of ours and say nothing on the console.</summary>
public static class Clients
{
    public static IAdminClient Admin(AdminClientConfig settings) => new AdminClientBuilder(settings).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    public static IProducer<byte[]?, byte[]?> Producer(ProducerConfig settings) =>
        new ProducerBuilder<byte[]?, byte[]?>(settings).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();

    public static IConsumer<byte[]?, byte[]?> Consumer(ConsumerConfig settings) =>
        new ConsumerBuilder<byte[]?, byte[]?>(settings).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
}
