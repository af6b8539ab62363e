using System;

namespace DataStream.Kernels;

/// <summary>The buckets of DDSketch (Masson, Rim, Lee 2019): a value is known within 0.5 % of itself. And quantiles between two ranks.</summary>
public static class QuantileSketch
{
    /// <summary>The relative error of a value given back.</summary>
    public const double Accuracy = 0.005;

    private const double Gamma = (1 + Accuracy) / (1 - Accuracy);
    private static readonly double s_logGamma = Math.Log(Gamma);

    /// <summary>The bucket of a positive value: gamma^(index − 1) &lt; value ≤ gamma^index.</summary>
    public static int Index(double value) => (int)Math.Ceiling(Math.Log(value) / s_logGamma);

    /// <summary>The value that stands for a bucket.</summary>
    public static double Value(int index) => Math.Exp(index * s_logGamma) * (2 / (1 + Gamma));

    /// <summary>The place of a quantile among sorted values (type 7 of Hyndman and Fan): a rank and the share of the way to the next.</summary>
    public static (long Rank, double Part) Place(long count, double share)
    {
        double place = (count - 1) * share;
        long rank = Math.Min((long)place, count - 1);
        return (rank, place - rank);
    }

    /// <summary>The value a part of the way from one value to a higher one.</summary>
    public static double Between(double low, double high, double part)
    {
        if (part == 0 || low == high)
        {
            return low;
        }

        double distance = high - low;
        return double.IsFinite(distance) ? low + (distance * part) : (low * (1 - part)) + (high * part);
    }
}
