using System;
using System.IO;
using System.Text;

namespace DataStream.Host.Terminal;

/// <summary>The standard error: what cannot be said there is lost, and the work goes on. Any thread.</summary>
/// <remarks>A full disk behind a log must not end a run that has done its work, nor hide how it ended: the exit code and the report tell.</remarks>
internal sealed class ErrorStream(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // There is no other place to say it.
        }
        catch (UnauthorizedAccessException)
        {
            // A descriptor that is not open for writing.
        }
    }
}
