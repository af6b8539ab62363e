namespace DataStream.Kafka.Native;

/// <summary>What a step of a transaction came to, and what is to be done then.</summary>
/// <param name="Next">What is next.</param>
/// <param name="Code">librdkafka's; 0: none.</param>
/// <param name="Text">The error's, or empty.</param>
internal readonly record struct TransactionAnswer(TransactionNext Next, int Code = 0, string Text = "");
