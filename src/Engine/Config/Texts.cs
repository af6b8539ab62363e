namespace DataStream.Config;

/// <summary>Texts of a user's as messages show them.</summary>
internal static class Texts
{
    /// <summary>At most 60 characters, on one line.</summary>
    public static string Short(string text)
    {
        text = text.ReplaceLineEndings(" ");
        return text.Length <= 60 ? text : text[..60] + "…";
    }
}
