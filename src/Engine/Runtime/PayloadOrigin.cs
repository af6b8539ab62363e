using DataStream.Kernels;

namespace DataStream.Runtime;

/// <summary>Where a payload's bytes come from.</summary>
/// <param name="Source">The index of the file in the run's list of sources.</param>
/// <param name="Header">Which header map the decoder uses.</param>
/// <param name="Line">The physical line (1-based) of the first byte; 0 where the format has no lines.</param>
/// <param name="Offset">The position of the first byte in its (decompressed) file.</param>
/// <param name="Encoding">What the bytes, which are UTF-8, were in the file.</param>
internal readonly record struct PayloadOrigin(int Source, int Header, long Line, long Offset, TextEncoding Encoding);
