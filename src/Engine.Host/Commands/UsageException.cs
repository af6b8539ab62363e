using System;

namespace DataStream.Host.Commands;

/// <summary>A command line that cannot be carried out. Exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
