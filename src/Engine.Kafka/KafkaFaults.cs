using Confluent.Kafka;

namespace DataStream.Kafka;

/// <summary>Which errors of a client mend themselves.</summary>
internal static class KafkaFaults
{
    /// <summary>Whether a topic or partition is said not to be there.</summary>
    public static bool IsOfTopics(ErrorCode code) => code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition;

    /// <summary>Whether waiting does not help: who we are, or what we asked for, is refused.</summary>
    public static bool IsForGood(ErrorCode code) => code is ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed
        or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.InvalidGroupId or ErrorCode.Local_Authentication
        or ErrorCode.SaslAuthenticationFailed or ErrorCode.InconsistentGroupProtocol or ErrorCode.FencedInstanceId
        or ErrorCode.TransactionalIdAuthorizationFailed or ErrorCode.InvalidTransactionTimeout or ErrorCode.MsgSizeTooLarge;
}
