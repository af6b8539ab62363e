using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>Tests that measure this process: they run when no other does.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
