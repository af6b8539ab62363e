using System.IO;
using YamlDotNet.Core;
using YamlDotNet.Core.Tokens;

namespace DataStream.Config;

/// <summary>
/// YamlDotNet's tokens, each until it is consumed. Its parser looks one token ahead twice behind an anchored scalar in a flow map (once for
/// each of two rules), and its scanner would give the token after the comma the second time: the comma was lost, and good text no YAML.
/// </summary>
internal sealed class YamlTokens(string text) : IScanner
{
    private readonly Scanner _scanner = new(new StringReader(text));

    public Mark CurrentPosition => _scanner.CurrentPosition;

    public Token? Current => _scanner.Current;

    public bool MoveNext() => _scanner.MoveNext();

    /// <summary>The same token while nobody has consumed it; at the end of the stream the parser asks whether there is more, and there is not.</summary>
    public bool MoveNextWithoutConsuming() => _scanner.Current is not (null or StreamEnd) || _scanner.MoveNextWithoutConsuming();

    public void ConsumeCurrent() => _scanner.ConsumeCurrent();
}
