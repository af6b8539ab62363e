using System;
using System.Numerics;

namespace DataStream.Modules;

/// <summary>A whole number of as many bits as its words have, in two's complement, lowest word first: exact sums and products without allocation.</summary>
/// <remarks>The caller gives the memory and makes it wide enough for every result.</remarks>
internal readonly ref struct WideInteger(Span<ulong> words)
{
    private readonly Span<ulong> _words = words;

    public bool IsNegative => (long)_words[^1] < 0;

    public bool IsZero => _words.IndexOfAnyExcept(0UL) < 0;

    /// <summary>Adds or, where negative, subtracts magnitude · 2^shift.</summary>
    public void Add(UInt128 magnitude, int shift, bool negative)
    {
        int at = shift >> 6;
        int bits = shift & 63;
        ulong low = (ulong)magnitude;
        ulong high = (ulong)(magnitude >> 64);
        ReadOnlySpan<ulong> parts = bits == 0
            ? [low, high, 0]
            : [low << bits, (high << bits) | (low >> (64 - bits)), high >> (64 - bits)];
        Accumulate(parts, at, negative);
    }

    /// <summary>Subtracts a number of at most as many words.</summary>
    public void Subtract(in WideInteger other)
    {
        bool otherNegative = other.IsNegative;
        ulong borrow = 0;
        for (int i = 0; i < _words.Length; i++)
        {
            ulong term = i < other._words.Length ? other._words[i] : otherNegative ? ulong.MaxValue : 0;
            UInt128 difference = (UInt128)_words[i] - term - borrow;
            _words[i] = (ulong)difference;
            borrow = (ulong)(difference >> 64) & 1;
        }
    }

    public void Negate()
    {
        ulong carry = 1;
        foreach (ref ulong word in _words)
        {
            word = ~word + carry;
            carry = carry == 1 && word == 0 ? 1UL : 0UL;
        }
    }

    /// <summary>Multiplies a number that is not negative.</summary>
    public void Multiply(ulong factor)
    {
        ulong carry = 0;
        foreach (ref ulong word in _words)
        {
            ulong high = Math.BigMul(word, factor, out ulong low);
            word = low + carry;
            carry = high + (word < carry ? 1UL : 0UL);
        }
    }

    /// <summary>Becomes the square of a number that is not negative.</summary>
    public void SetSquare(in WideInteger root)
    {
        _words.Clear();
        ReadOnlySpan<ulong> factor = root._words[..root.Used];
        for (int i = 0; i < factor.Length; i++)
        {
            ulong carry = 0;
            for (int j = 0; j < factor.Length; j++)
            {
                ulong high = Math.BigMul(factor[i], factor[j], out ulong low);
                UInt128 sum = (UInt128)_words[i + j] + low + carry;
                _words[i + j] = (ulong)sum;
                carry = high + (ulong)(sum >> 64); // high ≤ 2^64 − 2, and what is above the sum is at most 1 there
            }

            _words[i + factor.Length] = carry;
        }
    }

    /// <summary>Divides a number that is not negative, toward zero.</summary>
    /// <returns>The remainder.</returns>
    public ulong Divide(ulong divisor)
    {
        ulong rest = 0;
        for (int i = _words.Length - 1; i >= 0; i--)
        {
            if (rest == 0 && _words[i] == 0)
            {
                continue;
            }

            var part = new UInt128(rest, _words[i]);
            (UInt128 quotient, UInt128 remainder) = UInt128.DivRem(part, divisor);
            _words[i] = (ulong)quotient;
            rest = (ulong)remainder;
        }

        return rest;
    }

    /// <summary>Compares numbers that are not negative.</summary>
    public int CompareTo(in WideInteger other)
    {
        for (int i = Math.Max(_words.Length, other._words.Length) - 1; i >= 0; i--)
        {
            ulong left = i < _words.Length ? _words[i] : 0;
            ulong right = i < other._words.Length ? other._words[i] : 0;
            if (left != right)
            {
                return left < right ? -1 : 1;
            }
        }

        return 0;
    }

    /// <summary>
    /// This number, not negative, divided by <paramref name="divisor"/>: rounded once to 53 bits, half to even, as significand · 2^exponent.
    /// Destroys the number, which must have two free words at the top.
    /// </summary>
    public (double Significand, int Exponent) Quotient(ulong divisor)
    {
        // Two more words make sure that the quotient has more than 64 bits whatever the divisor.
        _words[..^2].CopyTo(_words[2..]);
        _words[..2].Clear();
        bool inexact = Divide(divisor) != 0;
        int used = Used;
        if (used == 0)
        {
            return (0, 0);
        }

        int zeros = BitOperations.LeadingZeroCount(_words[used - 1]);
        ulong below = used > 1 ? _words[used - 2] : 0;
        ulong top = zeros == 0 ? _words[used - 1] : (_words[used - 1] << zeros) | (below >> (64 - zeros));
        inexact |= (below << zeros) != 0 || (used > 2 && _words[..(used - 2)].IndexOfAnyExcept(0UL) >= 0);

        // 64 bits, of which 53 stay: the conversion would round half to even, but does not see what lies below.
        ulong kept = top >> 11;
        ulong rest = top & 0x7FF;
        if (rest > 0x400 || (rest == 0x400 && (inexact || (kept & 1) != 0)))
        {
            kept++;
        }

        return (kept, ((used - 3) * 64) + 11 - zeros);
    }

    /// <summary>The low 64 bits.</summary>
    public ulong Low => _words[0];

    private int Used => _words.LastIndexOfAnyExcept(0UL) + 1;

    private void Accumulate(ReadOnlySpan<ulong> parts, int at, bool negative)
    {
        ulong carry = 0;
        for (int i = 0; at + i < _words.Length && (i < parts.Length || carry != 0); i++)
        {
            ulong part = i < parts.Length ? parts[i] : 0;
            ref ulong word = ref _words[at + i];
            UInt128 result = negative ? (UInt128)word - part - carry : (UInt128)word + part + carry;
            word = (ulong)result;
            carry = (ulong)(result >> 64) & 1;
        }
    }
}
