using System.Collections.Generic;

namespace DataStream.Kafka.Changelogs;

/// <summary>What a changelog has of one state of one partition.</summary>
internal sealed class KeptPages
{
    public Dictionary<PageName, byte[]> Pages { get; } = [];

    /// <summary>The last mark's bytes; null: there is none.</summary>
    public byte[]? Mark { get; set; }
}
