using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>Goes through a state part by part and copies it into a <see cref="StateImage"/>, or back. One thread's; saving allocates nothing managed.</summary>
public sealed class StateWalk
{
    /// <summary>The scope outside of windows.</summary>
    public const long Root = long.MinValue;

    private StateImage? _image;
    private Dictionary<(long Scope, int Number), int>? _places;
    private long _scope = Root;
    private int _number;
    private int _rootNumber;

    /// <summary>Whether the state is put back.</summary>
    public bool IsLoading => _places is not null;

    /// <summary>Copies a state into the image, which is emptied first.</summary>
    public void Save(IStateful state, StateImage image)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(image);
        image.Clear();
        Begin(image);
        state.Walk(this);
    }

    /// <summary>Puts a state back that has seen nothing yet.</summary>
    /// <exception cref="StateException">The image is not of such a state.</exception>
    public void Load(IStateful state, StateImage image)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(image);
        _places = [];
        for (int i = 0; i < image.Count; i++)
        {
            _places[image.NameOf(i)] = i;
        }

        Begin(image);
        try
        {
            state.Walk(this);
        }
        finally
        {
            _places = null;
        }
    }

    /// <summary>What follows is a window's, by its start.</summary>
    public void Enter(long scope)
    {
        _rootNumber = _scope == Root ? _number : _rootNumber;
        (_scope, _number) = (scope, 0);
    }

    /// <summary>What follows is no window's any more.</summary>
    public void Leave() => (_scope, _number) = (Root, _rootNumber);

    /// <summary>Something that must be as it was: how a record is laid out.</summary>
    /// <exception cref="StateException">It is not.</exception>
    public void Same(long value, string what)
    {
        long kept = value;
        Value(ref kept);
        if (kept != value)
        {
            throw new StateException($"{what} is {value} now and was {kept}");
        }
    }

    public void Value<T>(ref T value) where T : unmanaged
    {
        // Safe: a view of the value's own bytes, for as long as this call.
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<T>(ref value));
        if (!IsLoading)
        {
            _image!.Add(_scope, _number++, bytes);
            return;
        }

        ReadOnlySpan<byte> kept = Next();
        if (kept.Length != bytes.Length)
        {
            throw new StateException($"a value has {kept.Length} bytes in place of {bytes.Length}");
        }

        kept.CopyTo(bytes);
    }

    /// <summary>All items of a list.</summary>
    public void List<T>(ref NativeList<T> list, Action<long>? charge) where T : unmanaged
    {
        if (!IsLoading)
        {
            // Safe: a view of the items at a smaller granularity.
            _image!.Add(_scope, _number++, MemoryMarshal.AsBytes(list.Items));
            return;
        }

        ReadOnlySpan<byte> kept = Next();
        list.Resize(CountOf<T>(kept), charge);
        // Safe: as above; the list has as many items.
        kept.CopyTo(MemoryMarshal.AsBytes(list.Items));
    }

    /// <summary>All items of an array.</summary>
    public void Array<T>(NativeArray<T> array) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(array);
        if (!IsLoading)
        {
            // Safe: a view of the items at a smaller granularity.
            _image!.Add(_scope, _number++, MemoryMarshal.AsBytes(array.Items));
            return;
        }

        ReadOnlySpan<byte> kept = Next();
        array.Resize(CountOf<T>(kept));
        // Safe: as above; the array has as many items.
        kept.CopyTo(MemoryMarshal.AsBytes(array.Items));
    }

    private static int CountOf<T>(ReadOnlySpan<byte> kept) where T : unmanaged => kept.Length % StructBytes.SizeOf<T>() == 0
        ? kept.Length / StructBytes.SizeOf<T>() : throw new StateException($"{kept.Length} bytes are no whole number of items of {StructBytes.SizeOf<T>()}");

    private void Begin(StateImage image) => (_image, _scope, _number, _rootNumber) = (image, Root, 0, 0);

    private ReadOnlySpan<byte> Next() => _places!.TryGetValue((_scope, _number++), out int place) ? _image![place] : throw new StateException("a part of it is missing");
}
