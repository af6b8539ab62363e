namespace DataStream.Plans;

/// <summary>What an output takes.</summary>
public enum OutputKind
{
    /// <summary>Every row.</summary>
    Main,

    /// <summary>Copies of main's rows where its condition holds.</summary>
    Additional,

    /// <summary>Dead letters.</summary>
    Dead,

    /// <summary>Late events.</summary>
    Late,
}
