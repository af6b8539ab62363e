using DataStream.Plans;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>The configuration's word for how threads wait.</summary>
internal static class Waiting
{
    public static WaitStrategy Of(Plan plan) => plan.Config.Tuning.WaitStrategy switch
    {
        "busy_spin" => WaitStrategy.BusySpin,
        "yield" => WaitStrategy.Yield,
        "block" => WaitStrategy.Block,
        _ => WaitStrategy.Adaptive,
    };
}
