using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using DataStream.Flow;

namespace DataStream.Runtime;

/// <summary>What a <see cref="ModuleTest"/> found.</summary>
public sealed class ModuleTestReport
{
    private readonly List<string> _problems = [];

    /// <summary>A sentence for each thing that is wrong; empty: the module keeps the contract of modules.</summary>
    public IReadOnlyList<string> Problems => _problems;

    public bool IsClean => _problems.Count == 0;

    /// <summary>What left the module from the records as they were given: JSON lines.</summary>
    public IReadOnlyList<string> Rows { get; private set; } = [];

    /// <summary>The dead letters among them, those that could not be decoded included.</summary>
    public IReadOnlyList<string> Dead { get; private set; } = [];

    /// <summary>Where each of the given records ended.</summary>
    public Ledger Ledger { get; private set; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>Managed bytes that the module allocated per row when it was warm.</summary>
    public double BytesPerRow { get; private set; }

    /// <exception cref="InvalidOperationException">Something is wrong; the message has all of it.</exception>
    public void ThrowIfNotClean()
    {
        if (!IsClean)
        {
            throw new InvalidOperationException(ToString());
        }
    }

    public override string ToString() => IsClean
        ? "the module gives the same rows for every size of batches and number of lanes tried, and allocates nothing"
        : string.Join(Environment.NewLine, _problems);

    internal void Take(ModuleTest.Trial trial)
    {
        (Rows, Dead, Ledger) = (trial.Rows, trial.Dead, trial.Report.Ledger);
        NoteFailure(trial);
    }

    /// <summary>A trial must end and give what the reference gave.</summary>
    internal void Compare(ModuleTest.Trial reference, ModuleTest.Trial trial, string meaning)
    {
        if (!NoteFailure(trial) && (Difference("row", reference.Rows, trial.Rows) ?? Difference("dead letter", reference.Dead, trial.Dead) ?? Bucket(reference, trial)) is { } difference)
        {
            _problems.Add($"{trial.Layout}: {difference} with {reference.Layout}; {meaning}");
        }
    }

    /// <summary>The same, as what explains all that was found so far.</summary>
    internal void CompareFirst(ModuleTest.Trial reference, ModuleTest.Trial trial, string meaning)
    {
        string[] soFar = [.. _problems];
        _problems.Clear();
        Compare(reference, trial, meaning);
        if (IsClean)
        {
            _problems.AddRange(soFar);
        }
    }

    internal void Weigh(ModuleTest.Trial trial, string stage)
    {
        StageReport? module = trial.Report.Stages.FirstOrDefault(s => s.Name == stage);
        if (!NoteFailure(trial) && module is { AllocatedBytes: > 0 })
        {
            BytesPerRow = (double)module.AllocatedBytes / Math.Max(1, module.Weighed);
            _problems.Add(string.Create(CultureInfo.InvariantCulture,
                $"Process allocates: {Counted.Of(module.AllocatedBytes, "managed byte")} over {Counted.Of(module.Weighed, "row")} when it was warm, {BytesPerRow:0.####} per row"));
        }
    }

    private bool NoteFailure(ModuleTest.Trial trial)
    {
        // 65 without a message of a fault: all records were dead, which may be what is tested.
        bool failed = trial.Report.ExitCode is not (ExitCode.Done or ExitCode.BadData);
        if (failed)
        {
            _problems.Add(string.Create(CultureInfo.InvariantCulture, $"{trial.Layout}: the run ended with {trial.Report.ExitCode}: {trial.Report.Message}"));
        }

        return failed;
    }

    private static string? Difference(string what, IReadOnlyList<string> reference, IReadOnlyList<string> found)
    {
        for (int i = 0; i < Math.Max(reference.Count, found.Count); i++)
        {
            string expected = i < reference.Count ? reference[i] : "none";
            string actual = i < found.Count ? found[i] : "none";
            if (expected != actual)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{what} {i + 1} is {actual} and was {expected}");
            }
        }

        return null;
    }

    private static string? Bucket(ModuleTest.Trial reference, ModuleTest.Trial trial) =>
        trial.Report.Ledger == reference.Report.Ledger ? null : $"the ledger is {trial.Report.Ledger} and was {reference.Report.Ledger}";
}
