using System;
using System.Collections.Generic;
using System.Linq;

namespace DataStream.Tests.Rings;

/// <summary>The choices of one run after another, depth first: each run repeats those of the last but for the latest that still has another option.</summary>
internal sealed class Choices
{
    private readonly List<(int Taken, int Options)> _path = [];
    private int _position;

    public void Restart() => _position = 0;

    public int Choose(int options)
    {
        if (options == 1)
        {
            return 0;
        }

        if (_position == _path.Count)
        {
            _path.Add((0, options));
        }

        (int taken, int before) = _path[_position++];
        return before == options ? taken : throw new InvalidOperationException("the scenario does not repeat itself");
    }

    /// <returns>False when all were taken.</returns>
    public bool Next()
    {
        while (_path.Count > 0)
        {
            (int taken, int options) = _path[^1];
            _path.RemoveAt(_path.Count - 1);
            if (taken + 1 < options)
            {
                _path.Add((taken + 1, options));
                return true;
            }
        }

        return false;
    }

    public override string ToString() => string.Join(' ', _path.Select(c => c.Taken));
}
