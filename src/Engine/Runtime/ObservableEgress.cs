using System;
using System.Runtime.ExceptionServices;
using System.Threading;
using DataStream.Formats;
using DataStream.Sinks;

namespace DataStream.Runtime;

/// <summary>An output whose rows go to observers, one by one. Rows that come while there is none are gone.</summary>
/// <remarks>Observers may come and go at any time, from any thread. An observer that comes behind the end is told of the end at once.</remarks>
public sealed class ObservableEgress<T> : EgressPort, IObservable<T> where T : unmanaged
{
    private readonly object _gate = new();
    private IObserver<T>[] _observers = [];
    private bool _hasEnded;
    private Exception? _fault;

    internal ObservableEgress(string name) : base(name) => Format = new StructFormat<T>(this);

    internal override Format Format { get; }

    internal override bool IsPush => true;

    /// <summary>Adds an observer; what this gives back takes it away again.</summary>
    public IDisposable Subscribe(IObserver<T> observer)
    {
        ArgumentNullException.ThrowIfNull(observer);
        lock (_gate)
        {
            if (!_hasEnded)
            {
                Volatile.Write(ref _observers, [.. _observers, observer]);
                return new Subscription(this, observer);
            }
        }

        Tell(observer, _fault);
        return new Subscription(this, observer);
    }

    internal override Sink CreateSink() => new EgressSink<T>(Name, Take);

    internal override void End(Exception? fault)
    {
        IObserver<T>[] observers;
        lock (_gate)
        {
            (_hasEnded, _fault, observers) = (true, fault, _observers);
            _observers = [];
        }

        ExceptionDispatchInfo? first = null;
        foreach (IObserver<T> observer in observers)
        {
            try
            {
                Tell(observer, fault);
            }
            catch (Exception theirs) when (theirs is not OutOfMemoryException)
            {
                first ??= ExceptionDispatchInfo.Capture(theirs); // the others are told all the same
            }
        }

        first?.Throw();
    }

    private static void Tell(IObserver<T> observer, Exception? fault)
    {
        if (fault is null)
        {
            observer.OnCompleted();
        }
        else
        {
            observer.OnError(fault);
        }
    }

    private void Take(ReadOnlySpan<T> rows)
    {
        foreach (ref readonly T row in rows)
        {
            IObserver<T>[] observers = Volatile.Read(ref _observers);
            for (int i = 0; i < observers.Length; i++)
            {
                observers[i].OnNext(row);
            }
        }
    }

    private void Remove(IObserver<T> observer)
    {
        lock (_gate)
        {
            int place = Array.IndexOf(_observers, observer);
            if (place >= 0)
            {
                Volatile.Write(ref _observers, [.. _observers[..place], .. _observers[(place + 1)..]]);
            }
        }
    }

    private sealed class Subscription(ObservableEgress<T> port, IObserver<T> observer) : IDisposable
    {
        private bool _isDisposed;

        public void Dispose()
        {
            // Once: the same observer may have subscribed twice.
            if (!Interlocked.Exchange(ref _isDisposed, true))
            {
                port.Remove(observer);
            }
        }
    }
}
