namespace DataStream.Tests.Fuzz;

/// <summary>What is wrong with a decoder on purpose.</summary>
internal enum PlantedFault
{
    LosesTheLastRow,
    MisreadsAValue,
    Throws,
    StandsStill,
}
