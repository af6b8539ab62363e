namespace DataStream.Kernels;

/// <summary>What follows from an ordering.</summary>
public static class Orderings
{
    /// <summary>The ordering that says the same with its sides exchanged.</summary>
    public static Ordering Swapped(this Ordering ordering) => ordering switch
    {
        Ordering.Less => Ordering.Greater,
        Ordering.LessOrEqual => Ordering.GreaterOrEqual,
        Ordering.Greater => Ordering.Less,
        Ordering.GreaterOrEqual => Ordering.LessOrEqual,
        _ => ordering,
    };

    /// <summary>Whether an ordering holds for two values whose comparison gave <paramref name="sign"/>, as <c>CompareTo</c> does.</summary>
    public static bool Holds(this Ordering ordering, int sign) => ordering switch
    {
        Ordering.Equal => sign == 0,
        Ordering.NotEqual => sign != 0,
        Ordering.Less => sign < 0,
        Ordering.LessOrEqual => sign <= 0,
        Ordering.Greater => sign > 0,
        _ => sign >= 0,
    };
}
