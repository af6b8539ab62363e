namespace DataStream.Kernels;

/// <summary>Records to go over, and how far that came.</summary>
internal unsafe struct MessagePackRun
{
    /// <summary>The bytes.</summary>
    public byte* Text;

    /// <summary>How many there are.</summary>
    public int Length;

    /// <summary>Where the next record begins.</summary>
    public int At;

    /// <summary>By row and field: where the value's token stands, or 0. What is written of rows from <see cref="Row"/> on means nothing.</summary>
    public int* Places;

    /// <summary>By row: where the record begins.</summary>
    public int* Starts;

    /// <summary>The next row.</summary>
    public int Row;

    /// <summary>The row behind the last.</summary>
    public int Rows;

    /// <summary>Longer records are left.</summary>
    public int MaxRecordSize;

    /// <summary>Numbers of keys, by bit, of which records were gone over.</summary>
    public uint Heads;
}
