using System;

namespace DataStream.Formats;

/// <summary>Where an encoder writes: room is asked for, filled and committed. The bytes may be spread over several ring slots.</summary>
public abstract class OutputBuffer
{
    /// <summary>The most bytes that one <see cref="Reserve"/> may ask for; longer texts are written in pieces.</summary>
    public const int MaxReserve = 2048;

    public abstract void BeginRow();

    public abstract void EndRow();

    /// <summary>At least <paramref name="length"/> writable bytes (more where there is room), valid until the next call.</summary>
    public abstract Span<byte> Reserve(int length);

    /// <summary>Keeps the first <paramref name="length"/> bytes of the last reservation.</summary>
    public abstract void Commit(int length);

    /// <summary>Room at hand for whole rows, without <see cref="BeginRow"/> and <see cref="EndRow"/> for each; empty where rows must be written one by one.</summary>
    public virtual Span<byte> RoomForRows() => default;

    /// <summary>Keeps the first <paramref name="length"/> bytes of <see cref="RoomForRows"/>, which are so many rows.</summary>
    public virtual void CommitRows(int rows, int length) => throw new InvalidOperationException("this output gave no room for whole rows");

    /// <summary>Copies bytes of any length.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            Span<byte> room = Reserve(Math.Min(bytes.Length, MaxReserve));
            int length = Math.Min(room.Length, bytes.Length);
            bytes[..length].CopyTo(room);
            Commit(length);
            bytes = bytes[length..];
        }
    }
}
