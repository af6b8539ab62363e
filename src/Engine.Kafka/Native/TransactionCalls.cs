using System;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DataStream.Kafka.Native;

/// <summary>The steps of transactions on a producer's handle. An answer that nobody has after the limit is no answer: the producer must begin anew. One thread's.</summary>
internal static class TransactionCalls
{
    private const int SliceMilliseconds = 1000;
    private static readonly TimeSpan s_more = TimeSpan.FromSeconds(5); // than librdkafka takes for an answer, until it is thought to be lost

    /// <summary>Ends what a producer of the same name left open, and keeps that one from going on.</summary>
    public static TransactionAnswer Initialize(ProducerClient client, TimeSpan limit, Func<bool> givesUp) =>
        Try(client, static (producer, _, _, milliseconds) => RdKafka.InitTransactions(producer, milliseconds), 0, 0, limit, givesUp);

    public static TransactionAnswer Begin(ProducerClient client) =>
        Try(client, static (producer, _, _, _) => RdKafka.BeginTransaction(producer), 0, 0, TimeSpan.Zero, static () => true);

    /// <summary>The positions become the consumer's group's with the transaction; a member that the group no longer knows is refused.</summary>
    /// <param name="client">The producer.</param>
    /// <param name="offsets">librdkafka's list.</param>
    /// <param name="consumer">The handle of the group's member.</param>
    /// <param name="limit">For all tries.</param>
    /// <param name="givesUp">Whether the answer is no longer wanted.</param>
    public static TransactionAnswer SendOffsets(ProducerClient client, nint offsets, nint consumer, TimeSpan limit, Func<bool> givesUp)
    {
        nint group = RdKafka.GroupOf(consumer);
        if (group == 0 || RdKafka.GenerationOf(group) < 0)
        {
            if (group != 0)
            {
                RdKafka.DestroyGroup(group);
            }

            // A member that has been forgotten, and knows it, has no generation: brokers take that for somebody without a group, whose positions they keep unasked.
            return new TransactionAnswer(TransactionNext.Abort, 0, "this process is no member of the group");
        }

        TransactionAnswer answer = Try(client, static (producer, list, member, milliseconds) => RdKafka.SendOffsets(producer, list, member, milliseconds), offsets, group, limit, givesUp);
        if (!client.Calls.IsLost)
        {
            RdKafka.DestroyGroup(group);
        }

        return answer;
    }

    public static TransactionAnswer Commit(ProducerClient client, TimeSpan limit, Func<bool> givesUp) =>
        Try(client, static (producer, _, _, milliseconds) => RdKafka.CommitTransaction(producer, milliseconds), 0, 0, limit, givesUp);

    public static TransactionAnswer Abort(ProducerClient client, TimeSpan limit, Func<bool> givesUp) =>
        Try(client, static (producer, _, _, milliseconds) => RdKafka.AbortTransaction(producer, milliseconds), 0, 0, limit, givesUp);

    private static TransactionAnswer Try(ProducerClient client, Func<nint, nint, nint, int, nint> call, nint first, nint second, TimeSpan limit, Func<bool> givesUp)
    {
        long began = Stopwatch.GetTimestamp();
        nint producer = client.Value;
        while (true)
        {
            if (!client.Calls.TryRun(() => call(producer, first, second, SliceMilliseconds), limit + s_more, out nint error))
            {
                return new TransactionAnswer(TransactionNext.Reopen, 0, "the client does not come back from a step of the transaction");
            }

            if (error == 0)
            {
                return default;
            }

            int code = RdKafka.CodeOf(error);
            string text = Marshal.PtrToStringUTF8(RdKafka.MessageOf(error)) ?? "";
            bool isFatal = RdKafka.IsFatal(error) != 0;
            bool aborts = RdKafka.RequiresAbort(error) != 0;
            bool again = RdKafka.IsRetriable(error) != 0;
            RdKafka.DestroyError(error);
            if (!isFatal && aborts)
            {
                return new TransactionAnswer(TransactionNext.Abort, code, text);
            }

            if (isFatal || !again || givesUp() || Stopwatch.GetElapsedTime(began) > limit)
            {
                return new TransactionAnswer(TransactionNext.Reopen, code, text);
            }
        }
    }
}
