using DataStream.Plans;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>The configuration's word for how threads wait.</summary>
internal static class Waiting
{
    public static WaitStrategy Of(Plan plan) => Of(plan.WaitStrategy);

    /// <summary>How readers and writers wait: they have no cores of their own, and where lanes spin they park.</summary>
    public static WaitStrategy BesideLanes(Plan plan) => Of(plan) is var strategy && strategy == WaitStrategy.BusySpin ? WaitStrategy.Adaptive : strategy;

    public static WaitStrategy Of(string word) => word switch
    {
        "busy_spin" => WaitStrategy.BusySpin,
        "yield" => WaitStrategy.Yield,
        "block" => WaitStrategy.Block,
        _ => WaitStrategy.Adaptive,
    };
}
