using System;
using System.Numerics;

namespace DataStream.Batches;

/// <summary>Walks the set bits of a selection, lowest first.</summary>
public ref struct RowEnumerator(ReadOnlySpan<ulong> selection)
{
    private readonly ReadOnlySpan<ulong> _selection = selection;
    private ulong _bits; // rows of the current word not yet visited
    private int _word = -1;

    public int Current { get; private set; }

    public bool MoveNext()
    {
        while (_bits == 0)
        {
            if (++_word >= _selection.Length)
            {
                return false;
            }

            _bits = _selection[_word];
        }

        Current = (_word * 64) + BitOperations.TrailingZeroCount(_bits);
        _bits &= _bits - 1;
        return true;
    }
}
