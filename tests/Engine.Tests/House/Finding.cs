namespace DataStream.Tests.House;

/// <summary>A broken rule of the house: where and why.</summary>
public sealed record Finding(string Path, int Line, string Message)
{
    public override string ToString() => $"{Path}:{Line}: {Message}";
}
