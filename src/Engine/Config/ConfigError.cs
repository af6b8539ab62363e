namespace DataStream.Config;

/// <summary>One mistake in a configuration: <c>FILE:LINE:COLUMN: error CODE: message</c>.</summary>
public sealed record ConfigError(Place Place, string Code, string Message)
{
    public override string ToString() => $"{Place}: error {Code}: {Message}";
}
