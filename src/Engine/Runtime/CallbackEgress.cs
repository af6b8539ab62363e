using System;
using DataStream.Formats;
using DataStream.Sinks;

namespace DataStream.Runtime;

/// <summary>An output whose rows go to a callback.</summary>
internal sealed class CallbackEgress<T> : EgressPort where T : unmanaged
{
    private readonly RowsHandler<T> _take;
    private readonly Action<Exception?>? _end;

    public CallbackEgress(string name, RowsHandler<T> take, Action<Exception?>? end) : base(name)
    {
        (_take, _end) = (take, end);
        Format = new StructFormat<T>(this);
    }

    internal override Format Format { get; }

    internal override bool IsPush => true;

    internal override Sink CreateSink() => new EgressSink<T>(Name, _take);

    internal override void End(Exception? fault) => _end?.Invoke(fault);
}
