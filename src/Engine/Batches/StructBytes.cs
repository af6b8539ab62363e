using System;
using System.Reflection;
using System.Runtime.InteropServices;

namespace DataStream.Batches;

/// <summary>The bytes of an unmanaged struct, as they lie in memory.</summary>
public static class StructBytes
{
    // Safe: T has no references, and the span lives as long as the reference.
    public static ReadOnlySpan<byte> Of<T>(in T item) where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in item));

    /// <summary>Where a field begins in the struct in memory (not as marshalled).</summary>
    /// <param name="field">An instance field of <typeparamref name="T"/>.</param>
    /// <param name="marked">A value of the field's type whose first byte in memory is not zero.</param>
    public static int OffsetOf<T>(FieldInfo field, object marked) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(field);
        object box = default(T);
        field.SetValue(box, marked);
        var item = (T)box;
        return Of(in item).IndexOfAnyExcept((byte)0);
    }
}
