using System;
using DataStream.Flow;
using DataStream.Sources;

namespace DataStream.Runtime;

/// <summary>The thread of an input of messages: it hands them over, ends the input, and stays until the outputs have acknowledged them.</summary>
internal sealed class MessageReader(MessageSource source, MessageDispatcher port, RunState state)
{
    private bool _isOver; // by a fault, which is told

    public void Run()
    {
        while (!Read())
        {
            // What closed was not kept: once more from where it was.
        }

        EndInput();
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

    /// <summary>Lanes may take longer for a place than others wait for the source's sign of life.</summary>
    private void EndInput()
    {
        for (bool stays = true; !port.TryEndInput();)
        {
            port.WaitBriefly();
            if (stays && FaultOf(source.Stay) is { } fault)
            {
                stays = false;
                if (!_isOver)
                {
                    state.Fail(fault);
                }
            }
        }
    }

    /// <summary>Nothing is in band any more: what cannot be kept breaks the run off.</summary>
    private void Settle()
    {
        if (FaultOf(() => source.Settle(port)) is { } fault)
        {
            state.Fail(fault);
        }
    }

    private static Fault? FaultOf(Action step)
    {
        try
        {
            step();
            return null;
        }
        catch (StopException stop)
        {
            return new Fault(stop.Code, stop.Message);
        }
        catch (Exception unexpected) when (unexpected is not OutOfMemoryException)
        {
            return new Fault(ExitCode.Internal, $"reader: {unexpected.Message}", unexpected);
        }
    }

    private MessageSource Source => source;

    private MessageDispatcher Port => port;

    /// <summary>Does it; false where that failed, which takes effect behind what was handed over.</summary>
    private bool Try(Action<MessageReader> step)
    {
        if (FaultOf(() => step(this)) is not { } fault)
        {
            return true;
        }

        if (fault.Cause is not null) // nobody expected it
        {
            state.Fail(fault);
            return false;
        }

        _isOver = true;
        for (bool stays = true; !port.TrySend(fault);)
        {
            port.WaitBriefly();
            stays = stays && FaultOf(source.Stay) is null;
        }

        return false;
    }
}
