using System;

namespace DataStream.Batches;

/// <summary>A copy of a state: its parts as bytes, each with a name that stays while the state lives, so that two images can be compared part by part. Native memory.</summary>
/// <param name="charge">Is told the bytes that are taken.</param>
public sealed class StateImage(Action<long>? charge) : IDisposable
{
    private NativeList<byte> _bytes;
    private NativeList<Part> _parts;

    ~StateImage() => Free(null);

    /// <summary>The highest event time that the state has seen; <see cref="long.MinValue"/>: none.</summary>
    public long Time { get; set; } = long.MinValue;

    /// <summary>How many parts there are.</summary>
    public int Count => _parts.Count;

    /// <summary>A part's bytes, until the image changes.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.Items.Slice(_parts[index].Start, _parts[index].Length);

    /// <summary>A part's name: a scope (a window's start, or <see cref="StateWalk.Root"/>), and a number in it.</summary>
    public (long Scope, int Number) NameOf(int index) => (_parts[index].Scope, _parts[index].Number);

    public void Clear()
    {
        _bytes.Clear();
        _parts.Clear();
        Time = long.MinValue;
    }

    public void Add(long scope, int number, ReadOnlySpan<byte> bytes)
    {
        int start = _bytes.Count;
        _bytes.Resize(checked(start + bytes.Length), charge);
        bytes.CopyTo(_bytes.Items[start..]);
        _parts.Add(new Part { Scope = scope, Number = number, Start = start, Length = bytes.Length }, charge);
    }

    public void Dispose()
    {
        Free(charge);
        GC.SuppressFinalize(this);
    }

    private void Free(Action<long>? told)
    {
        _bytes.Free(told);
        _parts.Free(told);
    }

    private struct Part
    {
        public long Scope;
        public int Number;
        public int Start;
        public int Length;
    }
}
