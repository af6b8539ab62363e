using System;
using System.Threading.Tasks;
using DataStream.IntegrationTests.Kafka;
using Xunit;

namespace DataStream.IntegrationTests.Faults;

/// <summary>Nothing is lost whatever is killed; <c>tests/faults.sh ROUNDS</c> runs as many rounds as one likes.</summary>
public sealed class FaultTests(Broker broker)
{
    [Fact(Explicit = true)]
    public async Task Rounds_of_faults_as_the_environment_says() => await Run(FaultPlan.FromEnvironment(), isGood: true);

    private async Task Run(FaultPlan plan, bool isGood)
    {
        broker.NeedsReal("restart");
        await using var run = new FaultRun(broker.Home!, plan);
        (bool isFine, string verdict) = await run.ExecuteAsync(TestContext.Current.CancellationToken);
        Console.Error.WriteLine("FAULTS: " + verdict);
        Assert.True(isFine == isGood, verdict);
    }
}
