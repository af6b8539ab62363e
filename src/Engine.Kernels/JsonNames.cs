using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace DataStream.Kernels;

/// <summary>The keys that are looked for in flat JSON objects, and others that were met beside them, found by length and bytes. One thread's; allocated whole at construction.</summary>
public sealed class JsonNames
{
    /// <summary>The most keys.</summary>
    public const int MaxNames = 63;

    /// <summary>The longest key.</summary>
    public const int MaxLength = 31;

    /// <summary>Where the places stand behind the names.</summary>
    internal const int PlacesAt = (MaxNames + 1) * JsonName.Size;

    private const int Bits = 10;
    private const int Places = 1 << Bits;
    private const int Tries = 64;
    private const ulong Golden = 0x9E37_79B9_7F4A_7C15;

    private readonly byte[] _keys = new byte[MaxNames * MaxLength];
    private readonly byte[] _block = new byte[PlacesAt + Places]; // names by number, then a number by hash; 0 stands for keys that nobody needs
    private int _used;

    /// <param name="run">Where values go.</param>
    public JsonNames(JsonRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        Names[0] = new JsonName { Length = -1, Lane = run.Spare };
    }

    public int Count { get; private set; }

    internal ref byte Block => ref _block[0];

    internal ulong Factor { get; private set; } = Golden;

    // Safe: the block's beginning is room for the names, which hold numbers only.
    private Span<JsonName> Names => MemoryMarshal.Cast<byte, JsonName>(_block.AsSpan(0, PlacesAt));

    private Span<byte> Found => _block.AsSpan(PlacesAt);

    /// <summary>Adds a key; false when it is too long or there is no room.</summary>
    /// <param name="key">Its bytes as they stand in a record, without quotes.</param>
    /// <param name="lane">Where its values go; <see cref="JsonRun.Spare"/> where nobody needs them.</param>
    /// <param name="isNeeded">Somebody needs them.</param>
    /// <param name="isReadStrictly">Who reads them checks the grammar of numbers.</param>
    public bool TryAdd(ReadOnlySpan<byte> key, int lane, bool isNeeded, bool isReadStrictly = false)
    {
        if (Count == MaxNames || key.Length > MaxLength)
        {
            return false;
        }

        (ulong low, ulong high) = WordsOf(key);
        key.CopyTo(_keys.AsSpan(_used));
        Names[++Count] = new JsonName
        {
            Low = low, High = high, Length = key.Length, Lane = lane, Step = isNeeded ? 1 : 0, Bit = isNeeded ? 1UL << Count : 0, IsReadStrictly = isReadStrictly ? 1 : 0, Start = _used,
        };
        _used += key.Length;

        // A few keys find a factor that sets them apart, so that the first look finds each.
        for (int i = 0; !TryPlace() && i < Tries; i++)
        {
            Factor = (Factor * Golden) | 1;
        }

        return true;
    }

    /// <summary>The number of a key; 0 where it is unknown.</summary>
    internal int Find(ReadOnlySpan<byte> key)
    {
        (ulong low, ulong high) = WordsOf(key);
        for (int place = Hash(low, high, Factor); Found[place] != 0; place = (place + 1) % Places)
        {
            int found = Found[place];
            if (IsKey(Names[found], key))
            {
                return found;
            }
        }

        return 0;
    }

    /// <summary>Whether a name is this key, byte by byte.</summary>
    internal bool IsKey(in JsonName name, ReadOnlySpan<byte> key) => name.Length == key.Length && key.SequenceEqual(_keys.AsSpan(name.Start, name.Length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Hash(ulong low, ulong high, ulong factor) => (int)(((low ^ (high * Golden)) * factor) >> (64 - Bits));

    /// <summary>The lowest bytes of a word, as many as there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Lowest(ulong word, int length) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.ZeroHighBits(word, (ulong)(uint)length << 3) : length >= 8 ? word : word & ((1UL << (8 * length)) - 1);

    private bool TryPlace()
    {
        Found.Clear();
        bool isApart = true;
        for (int i = 1; i <= Count; i++)
        {
            int place = Hash(Names[i].Low, Names[i].High, Factor);
            for (; Found[place] != 0; place = (place + 1) % Places)
            {
                isApart = false;
            }

            Found[place] = (byte)i;
        }

        return isApart;
    }

    private static (ulong Low, ulong High) WordsOf(ReadOnlySpan<byte> key)
    {
        Span<byte> word = stackalloc byte[8];
        word.Clear();
        key[..Math.Min(key.Length, word.Length)].CopyTo(word);
        ulong low = BinaryPrimitives.ReadUInt64LittleEndian(word);
        return (low, key.Length < word.Length ? low : BinaryPrimitives.ReadUInt64LittleEndian(key[^8..]));
    }
}
