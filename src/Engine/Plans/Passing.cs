using System;
using System.Linq;
using DataStream.Batches;

namespace DataStream.Plans;

/// <summary>Whether rows still have the columns that records came with, so that an encoder need not write those anew.</summary>
internal static class Passing
{
    // These leave the values of columns alone: what they make is another column.
    private static readonly string[] s_leaving = ["filter", "map", "select"];

    /// <summary>How many columns that is: all of the schema's, in its order and before any other; or 0.</summary>
    public static int Columns(BoundChain chain)
    {
        bool areLeft = chain.Results is null && chain.Fields.Count <= chain.Columns.Count && chain.Leading.Concat(chain.Before).All(m => !m.IsRegistered && s_leaving.Contains(m.Class));
        for (int i = 0; i < chain.Fields.Count && areLeft; i++)
        {
            Field column = chain.Columns[i];
            areLeft = column.Ordinal == chain.Fields[i].Ordinal && column.Name == chain.Fields[i].Name;
        }

        return areLeft ? chain.Fields.Count : 0;
    }
}
