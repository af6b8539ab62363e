using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Runtime;
using Xunit;

namespace DataStream.Tests.Runtime;

/// <summary>Structs and consumers of the tests about rows that go to the program.</summary>
internal static class EgressRows
{
    public static PipelineConfig FromFile(string file, params SchemaField[] schema) => new()
    {
        Stream = new StreamSettings { Inputs = [new("file:" + file)], Outputs = [new("main", "memory:results")], Schema = [.. schema] },
        Tuning = new PerformanceTuning { Threads = 1, CpuAffinity = [] },
    };

    [InlineArray(16)]
    internal struct Name
    {
        private byte _first;

        public override readonly string ToString() => Encoding.UTF8.GetString(((ReadOnlySpan<byte>)this).TrimEnd((byte)0));
    }

    internal struct Everything
    {
        public bool? Ok { get; set; }

        public DateTime At { get; set; }

        public Name Device { get; set; }

        public int? N { get; set; }

        public double X { get; set; }
    }

    internal struct Both
    {
        public sbyte A;
        public byte B;
        public uint C;
        public float D;
        public bool E;
        public Timestamp F;
        public short? G;
        public DateTime? H;
    }

    internal struct Mean
    {
        public DateTime WindowEnd { get; set; }

        public Name Device { get; set; }

        public double MeanX { get; set; }
    }

    internal struct Number
    {
        public long N;
    }

    internal struct WithText
    {
        public Name N { get; set; }
    }

    internal sealed class Numbers : IRowConsumer<Number>
    {
        public List<long> Seen { get; } = [];

        public List<Exception?> Ends { get; } = [];

        public HashSet<string?> Threads { get; } = [];

        public void OnRows(ReadOnlySpan<Number> rows)
        {
            Threads.Add(Thread.CurrentThread.Name);
            foreach (Number row in rows)
            {
                Seen.Add(row.N);
            }
        }

        public void OnEnd(Exception? fault) => Ends.Add(fault);
    }

    internal sealed class Summing : IRowConsumer<Number>
    {
        public long Total { get; private set; }

        public void OnRows(ReadOnlySpan<Number> rows)
        {
            foreach (Number row in rows)
            {
                Total += row.N;
            }
        }

        public void OnEnd(Exception? fault) => Assert.Null(fault);
    }

    internal sealed class Observer : IObserver<Number>
    {
        public List<string> Told { get; } = [];

        public void OnCompleted() => Told.Add("completed");

        public void OnError(Exception error) => Told.Add(error.Message);

        public void OnNext(Number value) => Told.Add($"{value.N}");
    }
}
