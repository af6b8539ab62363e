using DataStream.Expressions;
using DataStream.Formats;

namespace DataStream.Stages;

/// <summary>What an output takes from a lane.</summary>
/// <param name="Index">Its place among the outputs.</param>
/// <param name="Encoder">This lane's encoder.</param>
/// <param name="Where">The condition of an additional output; null: all rows.</param>
/// <param name="Clock">Time of encoding.</param>
public sealed record OutputStage(int Index, Encoder Encoder, BoundExpression? Where, StageClock Clock)
{
    /// <summary>Where the output takes messages: what makes them of rows.</summary>
    public MessageRows? Messages { get; init; }
}
