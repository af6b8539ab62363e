using DataStream.Plans;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>The configuration's word for how threads wait.</summary>
internal static class Waiting
{
    public static WaitStrategy Of(Plan plan) => Of(plan.WaitStrategy);

    public static WaitStrategy Of(string word) => word switch
    {
        "busy_spin" => WaitStrategy.BusySpin,
        "yield" => WaitStrategy.Yield,
        "block" => WaitStrategy.Block,
        _ => WaitStrategy.Adaptive,
    };
}
