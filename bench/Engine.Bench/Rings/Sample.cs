using System;
using System.Collections.Generic;

namespace DataStream.Bench.Rings;

/// <summary>One row of the result: what is measured again in every round, and what it came to in each placement.</summary>
/// <param name="Row">The figure it belongs to.</param>
/// <param name="Name">What ran.</param>
/// <param name="Unit">Of the figure.</param>
/// <param name="Measure">Runs once.</param>
/// <param name="IsPeer">Whether the others of its row are compared with it.</param>
internal sealed record Sample(string Row, string Name, string Unit, Func<double> Measure, bool IsPeer = false)
{
    public Dictionary<string, List<double>> Figures { get; } = [];

    /// <summary>Less is better.</summary>
    public bool IsTime => Unit.StartsWith("ns", StringComparison.Ordinal) || Unit.StartsWith('%');

    public void Add(string placement, double figure)
    {
        if (!Figures.TryGetValue(placement, out List<double>? figures))
        {
            Figures.Add(placement, figures = []);
        }

        figures.Add(figure);
    }
}
