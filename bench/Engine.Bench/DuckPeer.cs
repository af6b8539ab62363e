using System;
using System.Diagnostics;
#if DUCKDB
using DuckDB.NET.Data;
#endif

namespace DataStream.Bench;

/// <summary>Whole jobs by DuckDB in this process; built in where <c>WithDuckDB</c> is true.</summary>
internal static class DuckPeer
{
#if DUCKDB
    /// <summary>Seconds that the statement took, and the version that ran it.</summary>
    public static (double Seconds, string Version) Run(string sql, int threads)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = FormattableString.Invariant($"SET threads = {threads}");
        command.ExecuteNonQuery();
        command.CommandText = sql;
        long start = Stopwatch.GetTimestamp();
        command.ExecuteNonQuery();
        return (Stopwatch.GetElapsedTime(start).TotalSeconds, connection.ServerVersion);
    }
#else
    /// <summary>It is not there.</summary>
    public static (double Seconds, string Version) Run(string sql, int threads) => (double.NaN, "not built in");
#endif
}
