namespace DataStream.Windows;

/// <summary>Adds rows to the states of their records: a component its own, or one loop those of several.</summary>
internal interface IFold
{
    /// <summary>Words of the states.</summary>
    int Words { get; }

    /// <summary>Says where in the record the states begin.</summary>
    void Place(int offset);

    /// <summary>Adds the rows' values, each to the record at its place.</summary>
    void Fold(ref WindowTable table, Folding rows);
}
