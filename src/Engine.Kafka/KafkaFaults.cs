using System;
using Confluent.Kafka;
using DataStream.Flow;

namespace DataStream.Kafka;

/// <summary>Which errors of a client mend themselves.</summary>
internal static class KafkaFaults
{
    /// <summary>Whether a topic or partition is said not to be there.</summary>
    public static bool IsOfTopics(ErrorCode code) => code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition;

    /// <summary>Whether the brokers have given a producer's name to a later one.</summary>
    public static bool IsFenced(ErrorCode code) => code is ErrorCode.Local_Fenced or ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch;

    /// <summary>What to do where something is refused; empty: nothing more is to be said.</summary>
    /// <param name="code">The refusal.</param>
    /// <param name="operation">What was refused of a topic: <c>read</c> or <c>write</c>.</param>
    /// <param name="group">The group of the run.</param>
    public static string Remedy(ErrorCode code, string operation, string group) => code switch
    {
        ErrorCode.TopicAuthorizationFailed => $"; its ACL must allow to {operation} and describe the topic",
        ErrorCode.GroupAuthorizationFailed => $"; its ACL must allow to read group '{group}'",
        ErrorCode.TransactionalIdAuthorizationFailed => $"; its ACL must allow to write and describe transactional ids with the prefix 'datastream-{group}'",
        _ when IsFenced(code) => "; either another process has the same transactional id: give each its own group.instance.id among the input's options, or none; or a transaction took longer than its time-out",
        ErrorCode.MsgSizeTooLarge => "; raise max.message.bytes of the topic, and message.max.bytes among the output's options",
        _ when IsOfTopics(code) => "; the topic was deleted, or made again with fewer partitions: start again when it is there" + (operation == "write" ? ", and what was not acknowledged is sent" : ""),
        _ => "",
    };

    /// <summary>The client library refuses settings: what it says names them.</summary>
    public static StopException OfSettings(string said, Exception? cause = null) => new(ExitCode.Configuration, $"kafka: no client can be made of these settings: {said}", cause);

    /// <summary>Settings of which clients were made when the run began are not what is wrong: something that they name is gone, or the machine has no room for one client more.</summary>
    public static StopException InMidRun(StopException stop) => stop.Code != ExitCode.Configuration ? stop : new(ExitCode.Unavailable, $"{stop.Message} (when the run began it was good)", stop);

    /// <summary>A client, made.</summary>
    /// <exception cref="StopException">2: its settings are refused.</exception>
    public static T Build<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw OfSettings(e.Message, e); // so Confluent's builders tell it
        }
    }

    /// <summary>Whether waiting does not help: who we are, or what we asked for, is refused.</summary>
    public static bool IsForGood(ErrorCode code) => code is ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
        or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.InvalidGroupId or ErrorCode.Local_Authentication
        or ErrorCode.SaslAuthenticationFailed or ErrorCode.InconsistentGroupProtocol or ErrorCode.FencedInstanceId
        or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.InvalidTransactionTimeout or ErrorCode.MsgSizeTooLarge;
}
