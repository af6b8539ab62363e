using System;

namespace DataStream.Sinks;

/// <summary>Gathers small writes into large ones; large ones go straight through.</summary>
internal sealed class GatheringOutput(ByteOutput target) : IDisposable
{
    private const int Enough = 64 * 1024;
    private const int Large = 16 * 1024; // a call for itself costs less than a copy

    private readonly byte[] _gathered = new byte[Enough];
    private int _length;

    public bool IsEmpty => _length == 0;

    /// <inheritdoc cref="ByteOutput.Moved"/>
    public long Moved => target.Moved;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Enough - _length)
        {
            Flush();
        }

        if (bytes.Length >= (_length == 0 ? Large : Enough))
        {
            target.Write(bytes);
            return;
        }

        bytes.CopyTo(_gathered.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Flush()
    {
        // Emptied first: bytes that could not be written are not written again when the sink is disposed of.
        int length = _length;
        _length = 0;
        target.Write(_gathered.AsSpan(0, length));
    }

    public void Close()
    {
        Flush();
        target.Close();
    }

    public void Dispose() => target.Dispose();
}
