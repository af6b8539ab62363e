namespace DataStream.Kafka.Native;

/// <summary>What follows a step of a transaction.</summary>
internal enum TransactionNext
{
    /// <summary>It was done.</summary>
    GoOn,

    /// <summary>Nothing of the transaction will be seen: it is to be aborted.</summary>
    Abort,

    /// <summary>The producer is of no more use, or nobody knows what became of the step: one that begins anew settles what this one left.</summary>
    Reopen,
}
