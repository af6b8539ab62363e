namespace DataStream.Config;

/// <summary>How a scalar is written; it decides where its characters stand.</summary>
internal enum YamlStyle
{
    Plain,
    Quoted,
    Literal,
    Folded,
}
