using System;
using System.Collections.Generic;

namespace DataStream.Batches;

/// <summary>Why a record is dead: one of the closed list, or a name of a user's module.</summary>
public readonly record struct DeadReason
{
    /// <summary>The most reasons a process can have, the built-in ones included.</summary>
    public const int Capacity = 64;

    private static readonly List<string> s_names = [];
    private static readonly object s_gate = new();

    private DeadReason(int id) => Id = id;

    /// <summary>A dense number below <see cref="Capacity"/>.</summary>
    public int Id { get; }

    public static DeadReason BadQuote { get; } = Named("bad_quote");

    public static DeadReason TooManyFields { get; } = Named("too_many_fields");

    public static DeadReason BadJson { get; } = Named("bad_json");

    public static DeadReason NotObject { get; } = Named("not_object");

    public static DeadReason TooDeep { get; } = Named("too_deep");

    public static DeadReason BadType { get; } = Named("bad_type");

    public static DeadReason BadNumber { get; } = Named("bad_number");

    public static DeadReason BadBool { get; } = Named("bad_bool");

    public static DeadReason BadTimestamp { get; } = Named("bad_timestamp");

    public static DeadReason OutOfRange { get; } = Named("out_of_range");

    public static DeadReason NullField { get; } = Named("null_field");

    public static DeadReason NoEventTime { get; } = Named("no_event_time");

    public static DeadReason RecordTooLong { get; } = Named("record_too_long");

    public static DeadReason BadArithmetic { get; } = Named("bad_arithmetic");

    public static DeadReason FixTime { get; } = Named("fix_time");

    public static DeadReason BadMsgpack { get; } = Named("bad_msgpack");

    public static DeadReason BadAvro { get; } = Named("bad_avro");

    public static DeadReason NoMatch { get; } = Named("no_match");

    public static DeadReason UnknownSchema { get; } = Named("unknown_schema");

    /// <summary>How many reasons there are so far.</summary>
    public static int Count
    {
        get
        {
            lock (s_gate)
            {
                return s_names.Count;
            }
        }
    }

    public string Name
    {
        get
        {
            lock (s_gate)
            {
                return s_names[Id];
            }
        }
    }

    /// <summary>The reason of this name; modules make theirs when they are bound, not while they process.</summary>
    public static DeadReason Named(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (s_gate)
        {
            int id = s_names.IndexOf(name);
            if (id < 0)
            {
                if (s_names.Count == Capacity)
                {
                    throw new InvalidOperationException($"A process can have {Capacity} reasons for dead records; '{name}' would be one more.");
                }

                id = s_names.Count;
                s_names.Add(name);
            }

            return new DeadReason(id);
        }
    }

    public static DeadReason FromId(int id) => new(id);

    public override string ToString() => Name;
}
