namespace DataStream.Formats;

/// <summary>How a message goes into a payload.</summary>
/// <param name="Header">The payload's header: messages of one header may follow each other in a payload.</param>
/// <param name="IsAlone">The message is one dead event, or none may follow it: nothing else is in its payload. Of one that is longer than <c>max_record_size</c>, that many bytes and one more are enough.</param>
/// <param name="Skip">Bytes at the message's beginning that do not go into the payload.</param>
/// <param name="EndsLine">A line end is put behind it.</param>
/// <param name="JoinsLines">Line ends inside it become spaces.</param>
/// <param name="IsLater">Nothing of that is known yet: it is to be asked again. Who waits has others to serve meanwhile.</param>
public readonly record struct MessageCut(int Header, bool IsAlone = false, int Skip = 0, bool EndsLine = false, bool JoinsLines = false, bool IsLater = false);
