using System;
using Microsoft.Extensions.Logging;

namespace DataStream.Runtime;

/// <summary>What a processor says in the log.</summary>
internal static partial class ProcessorLog
{
    [LoggerMessage(1, LogLevel.Warning, "{Message}")]
    public static partial void Advice(ILogger logger, string message);

    [LoggerMessage(6, LogLevel.Information, "{Message}")]
    public static partial void News(ILogger logger, string message);

    [LoggerMessage(2, LogLevel.Warning, "late events: {Late} of {Events}; the greatest disorder met was {Disorder}: raise max_out_of_orderness or allowed_lateness if that is too many")]
    private static partial void Late(ILogger logger, long late, long events, string disorder);

    [LoggerMessage(3, LogLevel.Warning, "events more than a day ahead of the wall clock: {Count}, first {First}; they move the watermark and make what follows late")]
    private static partial void FarFuture(ILogger logger, long count, string first);

    [LoggerMessage(5, LogLevel.Error, "an unexpected fault ended the run; nothing behind it was written")]
    private static partial void Unexpected(ILogger logger, Exception cause);

    /// <summary>Advice that only the end of a run can give.</summary>
    /// <param name="hasSummary">People get a summary too, which tells of late events and those ahead of the clock.</param>
    public static void Report(ILogger logger, RunReport report, bool hasSummary = false)
    {
        if (!hasSummary && report.Ledger.Late * 100 > report.Ledger.In)
        {
            Late(logger, report.Ledger.Late, report.Ledger.In, report.GreatestDisorder.ToString());
        }

        if (report.Cause is not null)
        {
            Unexpected(logger, report.Cause);
        }

        if (!hasSummary && report.FarFuture > 0)
        {
            FarFuture(logger, report.FarFuture, report.FirstFarFuture);
        }
    }
}
