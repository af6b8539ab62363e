using System;
using System.Threading.Tasks;
using DataStream.IntegrationTests.Kafka;
using Xunit;

namespace DataStream.IntegrationTests.Faults;

/// <summary>Nothing is lost whatever is killed; <c>tests/faults.sh ROUNDS</c> runs as many rounds as one likes.</summary>
public sealed class FaultTests(Broker broker)
{
    // Seeds that draw these.
    private const int KillThenRebalance = 1;
    private const int TwoBrokersOfThree = 48;
    private const int BrokerThenKill = 4;

    [Fact(Explicit = true)]
    public async Task Rounds_of_faults_as_the_environment_says() => await Run(FaultPlan.FromEnvironment(), isGood: true);

    /// <summary>A kill -9 of the engine in the midst of transactions, and a second engine that comes and goes.</summary>
    [Fact]
    public async Task Exactly_once_survives_a_kill_and_a_rebalance() => await Run(new FaultPlan(2, Seed: KillThenRebalance, "exactly_once", IdsOfARound: 1000), isGood: true);

    /// <summary>The same with windows of two: what was in the state of the dead is in that of who goes on.</summary>
    [Fact]
    public async Task Kept_state_survives_a_kill_and_a_rebalance() => await Run(new FaultPlan(2, Seed: KillThenRebalance, "exactly_once", IdsOfARound: 1000, State: "window"), isGood: true);

    /// <summary>The same with ids that are sent again after each fault: what was seen is known to who goes on.</summary>
    [Fact]
    public async Task What_was_seen_is_known_behind_a_kill_and_a_rebalance() => await Run(new FaultPlan(2, Seed: KillThenRebalance, "exactly_once", IdsOfARound: 1000, State: "deduplicate"), isGood: true);

    /// <summary>The same with a topic of the run's own in between.</summary>
    [Fact]
    public async Task A_repartitioned_run_survives_a_kill_and_a_rebalance() => await Run(new FaultPlan(2, Seed: KillThenRebalance, "exactly_once", IdsOfARound: 1000, State: "repartition"), isGood: true);

    /// <summary>Of three brokers two are killed, one after the other: leaders of partitions, of the group and of the transactions change.</summary>
    [Fact]
    public async Task Exactly_once_survives_changes_of_leaders() => await Run(new FaultPlan(2, Seed: TwoBrokersOfThree, "exactly_once", IdsOfARound: 1000, Nodes: 3), isGood: true);

    [Fact]
    public async Task At_least_once_survives_a_restart_of_the_broker_and_a_kill() => await Run(new FaultPlan(2, Seed: BrokerThenKill, "at_least_once", IdsOfARound: 1000), isGood: true);

    [Fact]
    public async Task Offsets_that_went_back_are_found_under_exactly_once() => await Run(new FaultPlan(1, Seed: 1, "exactly_once", IdsOfARound: 500, Planted: "again"), isGood: false);

    private async Task Run(FaultPlan plan, bool isGood)
    {
        broker.NeedsReal("restart");
        await using var run = new FaultRun(broker.Home!, plan);
        (bool isFine, string verdict) = await run.ExecuteAsync(TestContext.Current.CancellationToken);
        Console.Error.WriteLine("FAULTS: " + verdict);
        Assert.True(isFine == isGood, verdict);
    }
}
