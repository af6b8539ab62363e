using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Flow;
using DataStream.Stages;

namespace DataStream.Runtime;

/// <summary>Says which stages allocated managed memory after the warm-up, where the configuration asks for them, and how much for each event.</summary>
internal static class AllocationWarnings
{
    /// <summary>A sentence for each stage, the one with most first, and one for what was allocated between the stages.</summary>
    /// <param name="lanes">The clocks of each lane's stages.</param>
    /// <param name="total">Bytes of all these lanes.</param>
    public static IEnumerable<string> Of(IEnumerable<IEnumerable<StageClock>> lanes, long total)
    {
        if (total == 0)
        {
            yield break;
        }

        long named = 0;
        foreach (IGrouping<string, StageClock> stage in lanes.SelectMany(l => l).GroupBy(c => c.Name).OrderByDescending(s => s.Sum(c => c.Allocated)))
        {
            if (stage.Sum(c => c.Allocated) is > 0 and long bytes)
            {
                named += bytes;
                yield return string.Create(CultureInfo.InvariantCulture,
                    $"'{stage.Key}' ({stage.First().Place}) allocated {Counted.Of(bytes, "managed byte")}, {(double)bytes / Math.Max(1, stage.Sum(c => c.Weighed)):0.###} per event, on lanes that were warm");
            }
        }

        if (total > named)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"lanes that were warm allocated {Counted.Of(total - named, "managed byte")} between their stages, where callbacks that take rows are called");
        }
    }
}
