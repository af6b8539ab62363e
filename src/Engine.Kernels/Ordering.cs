namespace DataStream.Kernels;

/// <summary>The six comparisons.</summary>
public enum Ordering
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}
