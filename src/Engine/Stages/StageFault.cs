using System;
using System.Globalization;
using DataStream.Batches;
using DataStream.Flow;

namespace DataStream.Stages;

/// <summary>What a stage did that ends the run, told with its name and its place in the configuration: most stages of that kind are a program's.</summary>
internal static class StageFault
{
    /// <summary>What a stage threw.</summary>
    public static StopException Of(StageClock clock, Exception theirs) =>
        new(ExitCode.Internal, $"'{clock.Name}' ({clock.Place}) threw {theirs.GetType().Name}: {theirs.Message}", theirs);

    /// <summary>A stage left another number of rows than it was given.</summary>
    public static StopException OfRows(StageClock clock, int before, int after) => new(ExitCode.Internal, string.Create(CultureInfo.InvariantCulture,
        $"'{clock.Name}' ({clock.Place}) changed the number of rows of a batch from {before} to {after}: a module takes rows out with Drop or Kill, and adds none"));

    /// <summary>A decoder gave back where the next batch begins, and it cannot begin there.</summary>
    public static StopException OfEnd(StageClock clock, int begin, int end, int length) => new(ExitCode.Internal, string.Create(CultureInfo.InvariantCulture,
        $"'{clock.Name}' ({clock.Place}): the decoder began at byte {begin} of a payload of {length} and says that the next batch begins at {end}"));

    /// <summary>Each text of these columns, as the stage left them, lies where it may be read.</summary>
    public static void CheckTexts(StageClock clock, Batch batch, ReadOnlySpan<int> columns)
    {
        foreach (int column in columns)
        {
            if (batch.RowOutside(column) is >= 0 and int row)
            {
                Text text = batch.Whole<Text>(column)[row];
                throw new StopException(ExitCode.Internal, string.Create(CultureInfo.InvariantCulture,
                    $"'{clock.Name}' ({clock.Place}) made a text that lies neither in the payload nor in the batch's Arena: {text.Length} bytes at {text.Offset}, in row {row}"));
            }
        }
    }
}
