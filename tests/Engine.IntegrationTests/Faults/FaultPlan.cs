using System;
using System.Globalization;

namespace DataStream.IntegrationTests.Faults;

/// <summary>What a run of faults does; as a command it comes from the environment (<c>tests/faults.sh</c>).</summary>
/// <param name="Rounds">Faults, one after the other.</param>
/// <param name="Seed">Of everything that is drawn.</param>
/// <param name="Delivery"><c>at_least_once</c> or <c>exactly_once</c>.</param>
/// <param name="IdsOfARound">Messages sent in each round.</param>
/// <param name="Nodes">1 or 3 brokers.</param>
/// <param name="State">
/// What the ids go through that keeps state, which then moves from process to process: <c>none</c>; <c>window</c>: windows of two, so that some are always in there; <c>deduplicate</c>: each id is
/// sent a second time after the fault, and must not come out again; <c>repartition</c>: windows of two by a column that the messages are not keyed by.
/// </param>
/// <param name="Planted"><c>none</c>; <c>skip</c>: after a kill the group's offsets are moved over what nobody has read, as an engine would that commits too early; <c>again</c>: back to the beginning, which only exactly once forbids.</param>
public sealed record FaultPlan(int Rounds, int Seed, string Delivery = "at_least_once", int IdsOfARound = 5000, int Nodes = 1, string Planted = "none", string State = "none")
{
    public static FaultPlan FromEnvironment() => new(
        Number("FAULT_ROUNDS", 10), Number("FAULT_SEED", Random.Shared.Next()), Word("FAULT_DELIVERY", "at_least_once"), Number("FAULT_IDS", 5000), Number("FAULT_NODES", 1), Word("FAULT_PLANTED", "none"), Word("FAULT_STATE", "none"));

    /// <summary>Ids may be in the state when the engine ends, and come out with the end of the input.</summary>
    public bool HasState => State != "none";

    /// <summary>Ids are sent twice.</summary>
    public bool Repeats => State == "deduplicate";

    private static string Word(string name, string absent) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } word ? word : absent;

    private static int Number(string name, int absent) => int.Parse(Word(name, absent.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);
}
