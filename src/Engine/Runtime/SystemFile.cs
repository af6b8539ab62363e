using System;
using System.IO;

namespace DataStream.Runtime;

/// <summary>The small files in which Linux tells of a process, its control groups and its cores.</summary>
internal static class SystemFile
{
    /// <summary>What it holds, without white space around it; empty where it is not there, or not for this process.</summary>
    public static string ReadOrEmpty(string path)
    {
        try
        {
            // Most of them are not there, and a process's first exception takes it milliseconds.
            return File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
