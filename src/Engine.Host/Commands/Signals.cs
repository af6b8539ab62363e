using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using DataStream.Flow;

namespace DataStream.Host.Commands;

/// <summary>SIGTERM and SIGINT of the process: the first one ends a run in order, whenever it comes, the second one ends the process.</summary>
/// <remarks>It listens from the first line of the program on; what comes before there is a run waits for it.</remarks>
internal static class Signals
{
    private static readonly object s_gate = new();
    private static readonly List<PosixSignalRegistration> s_registrations = [];
    private static Action<int>? s_receiver;
    private static int s_received;

    /// <summary>From now on neither signal kills the process.</summary>
    public static void Listen()
    {
        lock (s_gate)
        {
            if (s_registrations.Count == 0)
            {
                s_registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive));
                s_registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive));
            }
        }
    }

    /// <summary>Passes on each signal with its number, from 1; one that has come already at once. Until disposed of.</summary>
    public static IDisposable PassTo(Action<int> receiver)
    {
        Listen();
        int received;
        lock (s_gate)
        {
            s_receiver = receiver;
            received = s_received;
        }

        if (received > 0)
        {
            receiver(1);
        }

        return new Passing();
    }

    /// <summary>From now on either signal kills the process again; how many came.</summary>
    public static int Leave()
    {
        lock (s_gate)
        {
            s_registrations.ForEach(registration => registration.Dispose());
            s_registrations.Clear();
            return s_received;
        }
    }

    private static void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        int number;
        Action<int>? receiver;
        lock (s_gate)
        {
            number = ++s_received;
            receiver = s_receiver;
        }

        if (receiver is not null)
        {
            receiver(number);
        }
        else if (number > 1)
        {
            Environment.Exit(ExitCode.Interrupted);
        }
    }

    private sealed class Passing : IDisposable
    {
        public void Dispose()
        {
            lock (s_gate)
            {
                s_receiver = null;
                s_received = 0;
            }
        }
    }
}
