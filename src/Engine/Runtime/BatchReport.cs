namespace DataStream.Runtime;

/// <summary>What <see cref="BatchProcessor"/> did.</summary>
public sealed record BatchReport : RunReport
{
    internal BatchReport(RunReport run) : base(run)
    {
    }
}
