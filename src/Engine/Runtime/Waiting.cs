using DataStream.Config;
using DataStream.Plans;
using DataStream.Rings;

namespace DataStream.Runtime;

/// <summary>The configuration's word for how threads wait.</summary>
internal static class Waiting
{
    public static WaitStrategy Of(Plan plan) => Of(plan.Config);

    public static WaitStrategy Of(PipelineConfig config) => config.Tuning.WaitStrategy switch
    {
        "busy_spin" => WaitStrategy.BusySpin,
        "yield" => WaitStrategy.Yield,
        "block" => WaitStrategy.Block,
        _ => WaitStrategy.Adaptive,
    };
}
