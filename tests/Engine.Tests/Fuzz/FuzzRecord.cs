namespace DataStream.Tests.Fuzz;

/// <summary>What became of a record: its place, its row as JSON or <c>†reason field</c>, and its bytes.</summary>
internal sealed record FuzzRecord(long Line, long Offset, string Row, string Raw)
{
    public override string ToString() => $"{Line}:{Offset} {Row} «{Raw}»";
}
