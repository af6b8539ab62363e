using System;
using System.Collections.Generic;
using System.Threading;
using DataStream.Flow;
using DataStream.Formats;
using DataStream.Kafka.Registry;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>Answers of a registry that takes its time with some numbers.</summary>
public sealed class SchemaAnswersTests
{
    private const int Most = 4;

    /// <summary>One number that has no answer keeps nobody from another that has: the reader would stand still, and the group forget it.</summary>
    [Fact]
    public void A_question_that_hangs_keeps_no_other_from_its_answer()
    {
        using var held = new ManualResetEventSlim();
        var answers = new SchemaAnswers(id =>
        {
            if (id == 3)
            {
                held.Wait();
            }

            return SchemaKind.Json;
        }, _ => null);
        Assert.False(answers.IsThere(3, needsText: false, Most));
        WaitFor(answers, 1, needsText: false);
        Assert.True(answers.TryGet(1, needsText: false, out SchemaAnswer answer));
        Assert.Equal(SchemaKind.Json, answer.Kind);
        Assert.False(answers.IsThere(3, needsText: false, Most));
        held.Set();
        WaitFor(answers, 3, needsText: false);
    }

    /// <summary>A stray schema that cannot be read is none of those who want its kind alone.</summary>
    [Fact]
    public void Who_wants_the_kind_alone_asks_for_nothing_else()
    {
        List<int> read = [];
        var answers = new SchemaAnswers(_ => SchemaKind.Avro, id =>
        {
            lock (read)
            {
                read.Add(id);
            }

            throw new StopException(ExitCode.Unavailable, "a reference is not there");
        });
        WaitFor(answers, 1, needsText: false);
        Assert.Empty(read);
        Assert.False(answers.TryGet(1, needsText: true, out _));
        StopException stop = Assert.Throws<StopException>(() => WaitFor(answers, 1, needsText: true));
        Assert.Equal("a reference is not there", stop.Message);
        Assert.Equal([1], read);
    }

    [Fact]
    public void Numbers_that_a_producer_makes_up_fill_no_memory()
    {
        var answers = new SchemaAnswers(_ => SchemaKind.Unknown, _ => null);
        int kept = 0;
        for (int id = 0; id < 3 * Most; id++)
        {
            WaitFor(answers, id, needsText: false);
        }

        for (int id = 0; id < 3 * Most; id++)
        {
            kept += answers.TryGet(id, needsText: false, out _) ? 1 : 0;
        }

        Assert.InRange(kept, 1, Most);
    }

    private static void WaitFor(SchemaAnswers answers, int id, bool needsText)
    {
        while (!answers.IsThere(id, needsText, Most))
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            Thread.Yield();
        }
    }
}
