namespace DataStream.Flow;

/// <summary>A state that is kept for a restart, or for another process.</summary>
/// <param name="Name">The module's.</param>
/// <param name="Fingerprint">Of what the module is told: a state goes on under the same one alone.</param>
public sealed record KeptState(string Name, string Fingerprint);
