using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using DataStream.Flow;

namespace DataStream.Host.Commands;

/// <summary>SIGTERM and SIGINT of the process: the first one ends a run in order, whenever it comes, the second one ends the process.</summary>
/// <remarks>It listens from the first line of the program on; what comes before there is a run waits for it. The native executable blocks both until then (start.c).</remarks>
internal static partial class Signals
{
    private const int Interrupt = 2; // SIGINT
    private const int Terminate = 15; // SIGTERM
    private const int Unblock = 1; // SIG_UNBLOCK
    private const int SetSize = 128; // of a sigset_t

    private static readonly object s_gate = new();
    private static readonly List<PosixSignalRegistration> s_registrations = [];
    private static Action<int>? s_receiver;
    private static int s_received;

    /// <summary>From now on neither signal kills the process, and this thread, which lives as long, takes what waited.</summary>
    public static void Listen()
    {
        lock (s_gate)
        {
            if (s_registrations.Count > 0)
            {
                return;
            }

            s_registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Receive));
            s_registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Receive));
        }

        if (OperatingSystem.IsLinux())
        {
            byte[] both = new byte[SetSize];
            _ = Empty(ref both[0]) | Add(ref both[0], Interrupt) | Add(ref both[0], Terminate) | SetMask(Unblock, ref both[0], 0);
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

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int Empty(ref byte set);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    private static partial int Add(ref byte set, int signal);

    [LibraryImport("libc", EntryPoint = "pthread_sigmask")]
    private static partial int SetMask(int how, ref byte set, nint old);

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
