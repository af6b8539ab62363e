using System;
using DataStream.Flow;
using DataStream.Sources;

namespace DataStream.Runtime;

/// <summary>The thread of an input of messages: it hands them over, ends the input, and stays until the outputs have acknowledged them.</summary>
internal sealed class MessageReader(MessageSource source, MessageDispatcher port, RunState state)
{
    public void Run()
    {
        while (!Read())
        {
            // What closed was not kept: once more from where it was.
        }

        port.EndInput();
        Settle();
    }

    /// <summary>Reads to the end, closes the windows and keeps the positions; false: all of it again.</summary>
    private bool Read()
    {
        if (!Try(static reader => reader.Source.Run(reader.Port)))
        {
            return true;
        }

        bool closes = source.HasEnded;
        if (closes)
        {
            port.CloseWindows();
        }

        bool isKept = true;
        _ = Try(reader => reader.Source.End(reader.Port, closes)) && closes && Try(reader => isKept = reader.Source.TryKeep(reader.Port));
        return isKept;
    }

    /// <summary>Nothing is in band any more: what cannot be kept breaks the run off.</summary>
    private void Settle()
    {
        try
        {
            source.Settle(port);
        }
        catch (StopException stop)
        {
            state.Fail(new Fault(stop.Code, stop.Message));
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            state.Fail(new Fault(ExitCode.Internal, $"reader: {unexpected.Message}", unexpected));
        }
    }

    private MessageSource Source => source;

    private MessageDispatcher Port => port;

    private bool Try(Action<MessageReader> step)
    {
        try
        {
            step(this);
            return true;
        }
        catch (StopException stop)
        {
            port.Send(new Fault(stop.Code, stop.Message));
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            state.Fail(new Fault(ExitCode.Internal, $"reader: {unexpected.Message}", unexpected));
        }

        return false;
    }
}
