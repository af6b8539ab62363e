using System.Globalization;
using System.Linq;
using System.Text;

namespace DataStream.Formats.Infer;

/// <summary>Scalars of YAML 1.2.</summary>
internal static class YamlText
{
    private static readonly string[] s_words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

    /// <summary>A scalar that reads back as this text, as a key or a value, inside braces too.</summary>
    public static string Scalar(string text) => IsPlain(text) ? text : Quoted(text);

    public static string Quoted(string text)
    {
        var yaml = new StringBuilder("\"");
        foreach (char sign in text)
        {
            _ = sign switch
            {
                '"' or '\\' => yaml.Append('\\').Append(sign),
                '\n' => yaml.Append("\\n"),
                '\r' => yaml.Append("\\r"),
                '\t' => yaml.Append("\\t"),
                < ' ' or (>= '\x7F' and <= '\xA0') or '\u2028' or '\u2029' or '\uFEFF' => yaml.Append(CultureInfo.InvariantCulture, $"\\u{(int)sign:x4}"),
                _ => yaml.Append(sign),
            };
        }

        return yaml.Append('"').ToString();
    }

    /// <summary>A file's URI; quoted where YAML would read it differently.</summary>
    public static string Uri(string path)
    {
        bool isPlain = path.Length > 0 && path.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/');
        return isPlain ? "file:" + path : Quoted("file:" + path);
    }

    private static bool IsPlain(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '_')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        && !s_words.Contains(text.ToLowerInvariant());
}
