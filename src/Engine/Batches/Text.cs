namespace DataStream.Batches;

/// <summary>Where a text value lies: in the payload, or with a negative offset in the lane's text arena.</summary>
/// <remarks>An arena text at position <c>p</c> has <c>Offset = ~p</c>. Valid until the payload is released.</remarks>
public readonly record struct Text(int Offset, int Length);
