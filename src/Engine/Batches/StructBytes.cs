using System;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>The bytes of an unmanaged struct, as they lie in memory.</summary>
public static class StructBytes
{
    // Safe: T has no references, and the span lives as long as the reference.
    public static ReadOnlySpan<byte> Of<T>(in T item) where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in item));

    /// <summary>Structs that lie one behind the other in a slot of a ring.</summary>
    // Safe: T has no references; slots begin at 128 bytes, and each struct's place is a multiple of its size.
    public static ReadOnlySpan<T> Many<T>(ReadOnlySpan<byte> bytes) where T : unmanaged => MemoryMarshal.Cast<byte, T>(bytes);

    /// <summary>Bytes of a struct in an array.</summary>
    // Safe: only the size is asked for.
    public static int SizeOf<T>() where T : unmanaged => Unsafe.SizeOf<T>();

    /// <summary>Where a field begins in the struct in memory (not as marshalled).</summary>
    /// <param name="field">An instance field of <typeparamref name="T"/>.</param>
    /// <param name="marked">A value of the field's type whose first byte in memory is not zero.</param>
    /// <param name="from">Bytes before this one are not looked at.</param>
    public static int OffsetOf<T>(FieldInfo field, object marked, int from = 0) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(field);
        object box = default(T);
        field.SetValue(box, marked);
        var item = (T)box;
        return from + Of(in item)[from..].IndexOfAnyExcept((byte)0);
    }
}
