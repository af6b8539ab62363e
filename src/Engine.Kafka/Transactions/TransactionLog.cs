using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading;
using Confluent.Kafka;
using DataStream.Flow;
using DataStream.Kafka.Native;

namespace DataStream.Kafka.Transactions;

/// <summary>
/// The transactions of a run, one after the other: all outputs send through one producer, and what they sent is seen with the positions of what it came from,
/// or not at all. The reader's thread, but for sinks that come and go.
/// </summary>
/// <param name="input">Whose they are.</param>
/// <param name="clock">What patience goes by; null: the system's.</param>
internal sealed class TransactionLog(KafkaInput input, TimeProvider? clock = null) : IDisposable
{
    /// <summary>So long may nothing be committed: below max.poll.interval.ms.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan s_again = TimeSpan.FromMinutes(1); // until it is said again that another has our name

    private const string OfOutputs = "Failed to add partition"; // librdkafka's words, where sending positions is the first to meet a fault of what was written

    private readonly TimeProvider _clock = clock ?? TimeProvider.System;
    private readonly TimeSpan _limit = input.TransactionStep;
    private readonly List<TransactionalSink> _sinks = [];
    private readonly HashSet<string> _changelogs = new(StringComparer.Ordinal);
    private readonly ManualResetEventSlim _pause = new();
    private TransactionalId? _id;
    private ProducerClient? _client;
    private TransactionAnswer _fault;
    private bool _isOfPositions; // what failed are those of the input, not what was written
    private long? _failingSince; // null: the last commit was good
    private long _begun; // the open one
    private long? _told; // that another has our name
    private long _wait;
    private bool _wasMade; // a client, of the settings that each has
    private int _users = 1; // the source and the sinks

    public TransactionGate Gate { get; } = new();

    /// <summary>The run was broken off: nobody waits for an answer.</summary>
    public Func<bool> GivesUp { get; set; } = static () => false;

    /// <summary>Told what somebody should know while the run goes on.</summary>
    public Action<string> Warn { get; set; } = static _ => { };

    public void Add(TransactionalSink sink)
    {
        lock (_sinks)
        {
            _sinks.Add(sink);
            _users++;
        }
    }

    /// <summary>A sink or the source is gone; with the last one the producer goes.</summary>
    public void Leave()
    {
        lock (_sinks)
        {
            if (--_users > 0)
            {
                return;
            }
        }

        _client?.Dispose();
        _client = null;
        _id?.Dispose();
        _pause.Dispose();
    }

    public void Dispose()
    {
        Gate.Close();
        Leave();
    }

    /// <summary>Makes the producer and begins.</summary>
    /// <exception cref="StopException">75, after the retries.</exception>
    public void Open()
    {
        _id = TransactionalId.Take(input.Group, input.Instance);
        long wait = input.Config.Errors.Backoff;
        for (int attempt = 1; !TryOpen(); attempt++)
        {
            if (attempt >= input.Config.Errors.MaxAttempts || KafkaFaults.IsForGood((ErrorCode)_fault.Code))
            {
                throw Fault();
            }

            _pause.Wait(TimeSpan.FromMicroseconds(wait));
            wait = Math.Min(2 * wait, input.Config.Errors.MaxBackoff);
        }
    }

    /// <summary>Sees what came in. Callbacks run.</summary>
    /// <exception cref="StopException">75: a message cannot be sent, now or later.</exception>
    public void Look()
    {
        Client.Poll(0);
        if (Client.Failed is { Error: var error })
        {
            _fault = new TransactionAnswer(TransactionNext.Abort, error, RdKafka.TextOf(error));
            throw Fault();
        }
    }

    /// <summary>Sends a message of a changelog; without a value it takes the key away.</summary>
    public void Send(string topic, int partition, byte[] key, ReadOnlyMemory<byte>? value)
    {
        _changelogs.Add(topic);
        RecordProducer.Send(Client, topic, partition, key, value is { } bytes ? bytes.Span : default, value is not null);
    }

    /// <summary>Waits until the producer knows of partitions that changelogs have got; where the brokers do not say so for long, what is sent there fails by name.</summary>
    public void AwaitPartitions(IReadOnlyCollection<string> changelogs, int count)
    {
        for (long began = Stopwatch.GetTimestamp(); !PartitionCount.AreAtLeast(Client.Value, count, changelogs) && Stopwatch.GetElapsedTime(began) < _limit && !GivesUp();)
        {
            _pause.Wait(TimeSpan.FromMicroseconds(input.Config.Errors.Backoff));
        }
    }

    /// <summary>Commits what was sent with the positions, and begins the next transaction; false: <see cref="Abort"/> is due.</summary>
    /// <exception cref="StopException">75: a message cannot be sent, now or later.</exception>
    public bool Commit(OffsetCommit positions, nint consumer)
    {
        Look(); // a message that the client did not even take is nothing that its transaction knows of
        _fault = positions.IsEmpty ? default : TransactionCalls.SendOffsets(Client, positions.List, consumer, _limit, GivesUp);
        _isOfPositions = _fault.Next != TransactionNext.GoOn && !_fault.Text.StartsWith(OfOutputs, StringComparison.Ordinal);
        if (Client.Calls.IsLost)
        {
            positions.Leave(); // the call that did not come back has it
        }

        positions.Clear();
        _fault = _fault.Next == TransactionNext.GoOn ? TransactionCalls.Commit(Client, _limit, GivesUp) : _fault;
        if (_fault.Next == TransactionNext.GoOn)
        {
            (_failingSince, _wait) = (null, 0);
            _fault = Begin();
        }

        if (_fault.Next == TransactionNext.GoOn)
        {
            Gate.Open();
            return true;
        }

        Look();
        return false;
    }

    /// <summary>Nothing that was sent since the last commit will be seen, and nothing of payloads before this one follows.</summary>
    /// <exception cref="StopException">75: it has gone on too long, or waiting does not help.</exception>
    public void Abort(long next)
    {
        Gate.DropBefore(next);
        _sinks.ForEach(sink => sink.Pass(Client));
        if (KafkaFaults.IsForGood((ErrorCode)_fault.Code))
        {
            throw Fault();
        }

        TellOfAnother();
        // Always by a producer that begins anew: it ends what this one left, whatever the brokers know of that.
        for (bool isOpen = false; !isOpen; isOpen = TryOpen())
        {
            Pause();
        }

        _fault = default;
    }

    /// <summary>Ends what is open without a commit, so that readers need not wait until its time is out. Nothing follows.</summary>
    public void GiveUp()
    {
        Gate.Close();
        if (_client is { } client)
        {
            _sinks.ForEach(sink => sink.Pass(client));
            _ = TransactionCalls.Abort(client, TimeSpan.FromSeconds(2), static () => false);
        }
    }

    /// <summary>Why the next abort is due, where no step of the transaction says so.</summary>
    public void Note(string why) => _fault = new TransactionAnswer(TransactionNext.Abort, 0, why);

    /// <summary>Whether the last step failed because the group has gone on without us: partitions moved, and nothing else is wrong.</summary>
    public bool IsRefusedByGroup => _fault is { Next: TransactionNext.Abort, Code: 0 } || (ErrorCode)_fault.Code is ErrorCode.IllegalGeneration or ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress;

    /// <summary>What it said.</summary>
    public string LastFault => _fault.Text;

    /// <summary>Why it does not go on. Writers that wait are let go.</summary>
    public StopException Fault()
    {
        Gate.Close();
        bool isOfTopics = (ErrorCode)_fault.Code == ErrorCode.TopicAuthorizationFailed || KafkaFaults.IsOfTopics((ErrorCode)_fault.Code);
        string operation = isOfTopics && _isOfPositions && _client?.Failed is null ? "read" : "write";
        string topic = _client?.Failed is { } failed ? failed.Place : isOfTopics ? Topics(operation == "read" ? input.Address.Topics : _sinks.Select(sink => sink.Name).Concat(_changelogs)) : "";
        topic += topic.Length > 0 ? $": cannot {operation} as {input.Principal}, and so " : "";
        return new StopException(ExitCode.Unavailable,
            $"kafka: {topic}group '{input.Group}': cannot commit a transaction ('{_id?.Value}') as {input.Principal}: {_fault.Text}{KafkaFaults.Remedy((ErrorCode)_fault.Code, operation, input.Group)}{(_client?.LastError is { Length: > 0 } last ? "; " + last : "")}");
    }

    /// <summary>Those of them that it may be: an answer of the coordinator tells none.</summary>
    private static string Topics(IEnumerable<string> names)
    {
        string[] topics = [.. names.Distinct(StringComparer.Ordinal).Select(name => $"'{name}'")];
        return topics.Length == 1 ? "topic " + topics[0] : "one of the topics " + string.Join(", ", topics);
    }

    private ProducerClient Client => _client ?? throw new InvalidOperationException("no transaction is open");

    private bool Do(TransactionAnswer answer)
    {
        _fault = answer.Next == TransactionNext.GoOn ? _fault : answer;
        return answer.Next == TransactionNext.GoOn;
    }

    private TransactionAnswer Begin()
    {
        _begun = _clock.GetTimestamp();
        return TransactionCalls.Begin(Client);
    }

    /// <summary>Two processes that have one name keep each other from committing for ever, and nobody would know why: so that is said. Brokers give a name on, too, where a transaction takes too long.</summary>
    private void TellOfAnother()
    {
        if (!KafkaFaults.IsFenced((ErrorCode)_fault.Code) || (_told is { } told && _clock.GetElapsedTime(told) < s_again))
        {
            return;
        }

        _told = _clock.GetTimestamp();
        int limit = input.TransactionLimit;
        string orLate = _clock.GetElapsedTime(_begun).TotalMilliseconds < limit ? "" : string.Create(CultureInfo.InvariantCulture, $", or this one took longer than {limit} ms, its time-out");
        Warn($"kafka: group '{input.Group}': a transaction of '{_id?.Value}' was broken off, and what it held comes again: another process has begun one under the same transactional id{orLate}. Processes that share one keep each other from committing: give each its own group.instance.id among the input's options, or none");
    }

    private void Pause()
    {
        _failingSince ??= _clock.GetTimestamp();
        if (GivesUp() || _clock.GetElapsedTime(_failingSince.Value) > Patience || KafkaFaults.IsForGood((ErrorCode)_fault.Code))
        {
            throw Fault();
        }

        _pause.Wait(TimeSpan.FromMicroseconds(_wait)); // at first not at all
        _wait = Math.Clamp(2 * _wait, input.Config.Errors.Backoff, input.Config.Errors.MaxBackoff);
    }

    /// <summary>A producer in place of the last one: it ends what that one left.</summary>
    private bool TryOpen()
    {
        _sinks.ForEach(sink => sink.Attach(null, _client));
        if (!TryMake() || !Do(TransactionCalls.Initialize(Client, _limit, GivesUp)) || !Do(Begin()))
        {
            return false;
        }

        _sinks.ForEach(sink => sink.Attach(_client, null));
        return true;
    }

    /// <summary>A client; false where there was one of the same settings, and now none is made: that may pass, as when the machine has no room for one more.</summary>
    /// <exception cref="StopException">2: none is made of these settings.</exception>
    private bool TryMake()
    {
        try
        {
            _client?.Dispose();
            _client = new ProducerClient(input.ProducerSettings(_id!.Value), null);
            _wasMade = true;
            return true;
        }
        catch (StopException refused) when (_wasMade)
        {
            _client = null;
            return Do(new TransactionAnswer(TransactionNext.Reopen, 0, refused.Message));
        }
    }
}
