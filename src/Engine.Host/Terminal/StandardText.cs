using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using DataStream.Flow;
using DataStream.Sinks;

namespace DataStream.Host.Terminal;

/// <summary>The standard output or error for text, in UTF-8 without a byte order mark, whatever the machine's locale says; each line is written at once. Any thread.</summary>
/// <remarks>Not by the class library's console, which first learns of the terminal what only a terminal's user needs: 10 ms of a start.</remarks>
internal static class StandardText
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>1: the output, 2: the error. What cannot be written ends in an <see cref="IOException"/>, but for a pipe that nobody reads any more: that text is lost.</summary>
    public static TextWriter Open(int descriptor)
    {
        if (OperatingSystem.IsWindows() && IsTerminal(descriptor))
        {
            Console.OutputEncoding = s_utf8; // its console would show the bytes in a code page of its own
        }

        Stream stream = !OperatingSystem.IsWindows() ? new DescriptorStream(descriptor) : descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
        return TextWriter.Synchronized(new StreamWriter(stream, s_utf8) { AutoFlush = true });
    }

    /// <summary>Whether it leads to a terminal.</summary>
    public static bool IsTerminal(int descriptor) =>
        OperatingSystem.IsWindows() ? !(descriptor == 1 ? Console.IsOutputRedirected : Console.IsErrorRedirected) : Posix.IsTerminal(descriptor) == 1;

    private sealed class DescriptorStream(int descriptor) : Stream
    {
        private bool _isKnown;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (!_isKnown && !StandardStream.IsOpen(descriptor))
            {
                throw new IOException(Marshal.GetPInvokeErrorMessage(StandardStream.NotOpen));
            }

            _isKnown = true;
            while (!buffer.IsEmpty)
            {
                nint count = Posix.Write(descriptor, in buffer[0], buffer.Length);
                if (count >= 0)
                {
                    buffer = buffer[(int)count..];
                    continue;
                }

                int error = Marshal.GetLastPInvokeError();
                if (error == Posix.BrokenPipe)
                {
                    return;
                }

                if (error is Posix.TryAgain or Posix.TryAgainOnMac)
                {
                    var poll = new Posix.Poll { Descriptor = descriptor, Asked = Posix.CanWrite };
                    _ = Posix.Wait(ref poll, 1, -1);
                }
                else if (error != Posix.Interrupted)
                {
                    throw new IOException(Marshal.GetPInvokeErrorMessage(error));
                }
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
