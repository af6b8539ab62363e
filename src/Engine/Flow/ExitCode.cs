namespace DataStream.Flow;

/// <summary>The exit codes of the contract.</summary>
public static class ExitCode
{
    public const int Done = 0;
    public const int Configuration = 2;
    public const int BadData = 65;
    public const int Internal = 70;
    public const int Limit = 71;
    public const int InputOutput = 74;
    public const int Unavailable = 75;
    public const int Interrupted = 130;
}
