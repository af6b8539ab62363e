using System;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Runtime;

namespace Snippets;

/// <summary>The embedding example of README.md.</summary>
public static class EmbeddingSnippet
{
    public static async Task<PipelineStatus> RunAsync(string file, CancellationToken stopping)
    {
        // <embedding>
        var config = new PipelineConfig
        {
            Stream = new StreamSettings { Inputs = [new("memory:orders")], Outputs = [new("main", $"file:{file}")] },
            Modules = [new("big", "filter") { Settings = new() { ["where"] = "amount > 100" } }],
        };
        await using var processor = DataStreamProcessor.Create(config);
        processor.RegisterModule("drop_tests", schema =>
        {
            Column<long> status = schema.Int64("status");
            return (in Row row) => row[status] == 0;                         // true keeps the row
        });
        Ingress<Order> orders = processor.OpenIngress<Order>("orders");
        Task run = processor.StartProcessingOnStreamAsync(stopping);
        orders.Publish(new Order { Id = 1, Amount = 250.5, Status = 0 });    // no allocation, no lock
        orders.Complete();
        await run;                                                           // drained, windows closed, files flushed
        PipelineStatus status = processor.GetStatus();                       // rates, lag, and where every event went
        // </embedding>
        return status;
    }

    // <order>
    public struct Order
    {
        public long Id;
        public double Amount;
        public int Status;
    }
    // </order>
}
