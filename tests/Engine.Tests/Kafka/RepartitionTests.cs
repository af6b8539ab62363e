using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Config;
using DataStream.Formats;
using DataStream.Kafka;
using DataStream.Kafka.Repartition;
using DataStream.Plans;
using DataStream.Tests.Config;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>What of <c>partitioned_by: repartition</c> needs no broker: the plan's two halves, what is said between them, and what is made of it.</summary>
public sealed class RepartitionTests
{
    private const string Modules = "modules:\n  - {module_name: named, module_class: map, set: {name: 'lower(device)'}}\n";

    [Fact]
    public void The_first_half_has_the_key_alone_and_the_second_is_the_plan()
    {
        Plan plan = Build(Modules + "  - {module_name: once, module_class: deduplicate, key: [name, value], within: 1m}\n  - {module_name: w, module_class: window, count: 3, key: [name], aggregates: {n: count()}}\n")!;
        Assert.Equal(["name"], plan.Feeder!.Columns.Select(c => c.Name)); // what both keys have
        Assert.Equal("kafka://h:9092/g-once-repartition", plan.Feeder.Outputs[0].Uri);
        Assert.Equal(["decode", "named", "key of once"], plan.Feeder.StageNames);
        Assert.Equal(["decode", "named", "once", "w"], plan.StageNames);
        var behind = (KafkaInput)plan.Messages!;
        Assert.Equal(("g-once-repartition", "g"), (behind.Group, behind.StateGroup));
        Assert.Contains(plan.FixedMemory, part => part.What == "repartition: the first half" && part.Bytes == plan.Feeder.FixedMemory.Sum(p => p.Bytes));
        Assert.Contains("sent through kafka://h:9092/g-once-repartition by name text", Explain.Text(plan), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_that_have_the_messages_need_no_topic()
    {
        Assert.Null(Build("modules:\n  - {module_name: w, module_class: window, count: 3, key: [_key], aggregates: {n: count()}}\n")!.Feeder);
        Assert.Null(Build("modules: []\n")!.Feeder);
    }

    [Theory]
    [InlineData("  - {module_name: a, module_class: fill, field: value, with: previous, key: [name]}\n  - {module_name: b, module_class: window, count: 3, key: [device], aggregates: {n: count()}}\n", "'a' and 'b' have no column in common")]
    [InlineData("  - {module_name: a, module_class: fill, field: value, with: previous, key: [name]}\n  - {module_name: m, module_class: map, set: {name: 'upper(name)'}}\n  - {module_name: b, module_class: window, count: 3, key: [name], aggregates: {n: count()}}\n", "'a' and 'b' have no column in common")]
    public void Keys_without_a_column_in_common_are_refused(string modules, string expected)
    {
        LoadedConfig loaded = Load(Modules + modules);
        Assert.Null(Planner.Build(loaded.Config!, NewCatalog(), new PlanOptions(), loaded.Errors));
        Assert.Contains(expected, Assert.Single(loaded.Errors.Sorted()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_is_read_as_it_was_written_and_what_is_cut_off_is_none()
    {
        byte[] bytes = new byte[ForwardedMessage.HeadLength + 1 + 2 + 3 + 4];
        ForwardedMessage.WriteHead(bytes, isWord: false, isQuiet: false, 7, 8, 9, 1, 2, 3);
        "tkkhhhvvvv"u8.CopyTo(bytes.AsSpan(ForwardedMessage.HeadLength));
        Assert.True(ForwardedMessage.TryRead(bytes, out ForwardedMessage message));
        Assert.Equal((7, 8L, 9L, false, true), (message.Partition, message.Offset, message.Time, message.IsWord, message.HasKey));
        Assert.True(message.Topic.SequenceEqual("t"u8) && message.Key.SequenceEqual("kk"u8) && message.Headers.SequenceEqual("hhh"u8) && message.Value.SequenceEqual("vvvv"u8));
        Assert.False(ForwardedMessage.TryRead(bytes.AsSpan(0, ForwardedMessage.HeadLength + 5), out _));
        Assert.False(ForwardedMessage.TryRead("{\"id\":1}"u8, out _));
    }

    [Fact]
    public void Event_time_is_the_lowest_of_all_that_say_something()
    {
        (string, int)[] origins = [("t", 0), ("t", 1), ("t", 2)];
        var told = new OriginTimes();
        told.Note(origins[0], 10, 500, isQuiet: false);
        told.Note(origins[1], 20, 300, isQuiet: false);
        Assert.Equal(long.MinValue, told.Through(origins)); // one was not heard of
        told.Note(origins[2], 0, long.MinValue, isQuiet: true);
        Assert.Equal(300, told.Through(origins));
        told.Note(origins[1], 15, 200, isQuiet: false); // an older word
        Assert.Equal(300, told.Through(origins));
        told.Note(origins[1], 20, 300, isQuiet: true);
        Assert.Equal(500, told.Through(origins));
        told.Note(origins[0], 10, 500, isQuiet: true);
        Assert.Equal(long.MinValue, told.Through(origins)); // nothing moves
        Assert.True(told.HaveReached(new Dictionary<(string, int), long> { [origins[0]] = 10, [origins[1]] = 20 }));
        Assert.False(told.HaveReached(new Dictionary<(string, int), long> { [origins[0]] = 11 }));
        told.Clear();
        Assert.False(told.HaveReached(new Dictionary<(string, int), long> { [origins[0]] = 10 }));
    }

    private static Catalog NewCatalog()
    {
        var catalog = new Catalog();
        catalog.TryAddConnector(new KafkaConnector());
        return catalog;
    }

    /// <summary>A message has no header, in either half: said once, at its place.</summary>
    [Theory]
    [InlineData("{type: csv, header: true}", "messages have no header")]
    [InlineData("{type: csv, header: find}", "messages have no header")]
    [InlineData("{type: csv, header: false}", "")]
    [InlineData("csv", "")]
    public void A_header_in_messages_is_refused_once(string format, string message)
    {
        LoadedConfig loaded = Load("modules:\n  - {module_name: w, module_class: window, count: 3, key: [device], aggregates: {n: count()}}\n", $"  input_format: {format}\n");
        Plan? plan = Planner.Build(loaded.Config!, NewCatalog(), new PlanOptions(), loaded.Errors);
        Assert.Equal(message.Length == 0, plan?.Feeder is not null);
        Assert.Equal(message.Length == 0 ? 0 : 1, loaded.Errors.Count);
        Assert.All(loaded.Errors.Sorted(), error => Assert.True(error.Code == "bad_format" && error.Message.Contains(message, StringComparison.Ordinal) && error.Place.Line == 6, error.ToString()));
    }

    private static LoadedConfig Load(string modules, string more = "") => Loading.Load($$"""
        stream_settings:
          stream_input: {uri: 'kafka://h:9092/a', group: g, partitioned_by: repartition}
          stream_output: stdout
          schema: {at: timestamp, device: text, value: int64}
          event_time: {field: at}

        """ + more + modules);

    private static Plan? Build(string modules)
    {
        LoadedConfig loaded = Load(modules);
        Plan? plan = loaded.Config is null ? null : Planner.Build(loaded.Config, NewCatalog(), new PlanOptions(), loaded.Errors);
        Assert.Empty(loaded.Errors.Sorted().Select(e => e.Message));
        return plan;
    }
}
