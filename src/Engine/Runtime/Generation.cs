using System.Threading;

namespace DataStream.Runtime;

/// <summary>Which generation of the chains the payloads from now on are for. Written by who registers a module, read where payloads are made.</summary>
internal sealed class Generation
{
    private int _current;

    public int Current
    {
        get => Volatile.Read(ref _current);
        set => Volatile.Write(ref _current, value);
    }
}
