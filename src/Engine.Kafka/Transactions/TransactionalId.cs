using System;
using System.Globalization;
using System.IO;
using System.IO.Hashing;
using System.Text;

namespace DataStream.Kafka.Transactions;

/// <summary>The name by which brokers know a process's transactions: one that comes back after a failure should have the same, and two that live never.</summary>
/// <remarks>
/// A static member of the group (<c>group.instance.id</c>) has its own. Else it is the first number that no other process of this machine holds for the group: the
/// system gives up the lock of one that died, so that its successor ends what it left open at once. With another name that lasts until the transaction's time is out.
/// </remarks>
internal sealed class TransactionalId : IDisposable
{
    private const int Most = 1000;

    private readonly FileStream? _lock;

    private TransactionalId(string value, FileStream? held) => (Value, _lock) = (value, held);

    public string Value { get; }

    /// <summary>Takes a name.</summary>
    /// <param name="group">The group.</param>
    /// <param name="instance">The member's own name, or null.</param>
    public static TransactionalId Take(string group, string? instance)
    {
        if (!string.IsNullOrEmpty(instance))
        {
            return new TransactionalId($"datastream-{group}-{instance}", null);
        }

        // Machines may have equal names and containers equal files: neither has the other's boot or mounts.
        string place = $"{Environment.MachineName}-{Hash(Read("/proc/sys/kernel/random/boot_id") + Link("/proc/self/ns/mnt")):x8}";
        string file = Path.Combine(Path.GetTempPath(), $"datastream-{Hash(group):x8}"); // a cluster has many addresses: processes of one group on two share the numbers
        for (int number = 0; number < Most; number++)
        {
            try
            {
                var held = new FileStream(string.Create(CultureInfo.InvariantCulture, $"{file}-{number}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                return new TransactionalId(string.Create(CultureInfo.InvariantCulture, $"datastream-{group}-{place}-{number}"), held);
            }
            catch (Exception taken) when (taken is IOException or UnauthorizedAccessException)
            {
                // Another process has it.
            }
        }

        return new TransactionalId($"datastream-{group}-{Guid.NewGuid():N}", null);
    }

    public void Dispose() => _lock?.Dispose();

    private static uint Hash(string text) => (uint)XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(text));

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Link(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget ?? "";
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
