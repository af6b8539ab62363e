using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;
using DataStream.Batches;
using DataStream.Formats;
using DataStream.Rings;
using DataStream.Sinks;

namespace DataStream.Runtime;

/// <summary>An output whose rows the program takes when it likes: through <see cref="Reader"/>, or with <c>await foreach</c>, which uses the same channel.</summary>
/// <typeparam name="T">
/// An unmanaged struct. Its public fields and auto-properties are found among the output's columns by their names in snake_case: whole numbers and enums take int64, float and double
/// float64, <see cref="bool"/> bool, <see cref="Batches.Timestamp"/> and <see cref="DateTime"/> (UTC) timestamp, inline arrays of bytes text as UTF-8 filled up with zeros. A null is the
/// field's default, NaN for floating point, and null in a nullable field; so is a value that the field cannot hold, which <see cref="EgressPort.UnfitValues"/> counts.
/// </typeparam>
/// <remarks>
/// Where nobody takes, the channel fills, then the output's ring; then the pipeline waits, or sheds where the output's <c>when_full</c> says so. After the last row the channel is
/// complete: with the <see cref="Flow.StopException"/> where the pipeline did not end well.
/// </remarks>
public sealed class Egress<T> : EgressPort, IAsyncEnumerable<T>, IDisposable where T : unmanaged
{
    private readonly Channel<T> _channel;
    private readonly int _capacity;
    private readonly CancellationTokenSource _noMore = new();
    private long _moved;

    internal Egress(string name, int capacity) : base(name)
    {
        _capacity = capacity;
        Format = new StructFormat<T>(this);
        _channel = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleWriter = true });
    }

    /// <summary>The rows, in order. Any number of threads may read.</summary>
    public ChannelReader<T> Reader => _channel.Reader;

    internal override Format Format { get; }

    internal override bool IsPush => false;

    internal override long Bytes => (long)_capacity * StructBytes.SizeOf<T>();

    /// <summary>The rows, in order; leaving the loop before the end says that no more are wanted, as <see cref="Dispose"/> does.</summary>
    /// <exception cref="Flow.StopException">Behind the last row, where the pipeline did not end well.</exception>
    public async IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        bool isWhole = false;
        try
        {
            while (await _channel.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (_channel.Reader.TryRead(out T row))
                {
                    yield return row;
                }
            }

            isWhole = true;
        }
        finally
        {
            if (!isWhole)
            {
                Dispose();
            }
        }
    }

    /// <summary>No more rows are wanted: a pipeline that still has some ends, as one does whose reader of a pipe went away; those rows are in flight.</summary>
    public void Dispose() => _noMore.Cancel();

    internal override long Moved => Volatile.Read(ref _moved);

    internal override Sink CreateSink() => new EgressSink<T>(Name, Take, this);

    internal override void Interrupt() => _noMore.Cancel();

    internal override void End(Exception? fault) => _channel.Writer.TryComplete(fault);

    /// <summary>The output's own thread: it may wait.</summary>
    private void Take(ReadOnlySpan<T> rows)
    {
        foreach (ref readonly T row in rows)
        {
            while (!_channel.Writer.TryWrite(row))
            {
                WaitForRoom();
            }

            Volatile.Write(ref _moved, _moved + 1);
            if (_noMore.IsCancellationRequested)
            {
                throw new BrokenPipeException();
            }
        }
    }

    private void WaitForRoom()
    {
        Debts<Native>.Pay(); // the program may take its time
        try
        {
            if (_channel.Writer.WaitToWriteAsync(_noMore.Token).AsTask().GetAwaiter().GetResult())
            {
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // Said below.
        }

        throw new BrokenPipeException();
    }
}
