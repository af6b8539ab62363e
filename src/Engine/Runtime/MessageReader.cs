using System;
using DataStream.Flow;
using DataStream.Sources;

namespace DataStream.Runtime;

/// <summary>The thread of an input of messages: it hands them over, ends the input, and stays until the outputs have acknowledged them.</summary>
internal sealed class MessageReader(MessageSource source, MessageDispatcher port, RunState state)
{
    public void Run()
    {
        bool ends = Try(static reader => reader.Source.Run(reader.Port));
        bool closes = ends && source.HasEnded;
        if (closes)
        {
            port.CloseWindows();
        }

        if (ends)
        {
            Try(reader => reader.Source.End(reader.Port, closes));
        }

        port.EndInput();
        Settle();
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
