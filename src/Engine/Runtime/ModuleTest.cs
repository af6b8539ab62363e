using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Config;
using DataStream.Flow;
using DataStream.Modules;

namespace DataStream.Runtime;

/// <summary>Tries a module of a program as a pipeline would run it: whether results depend on how rows are cut into batches or shared among lanes, and whether it allocates.</summary>
/// <remarks>
/// It runs the real engine over records in JSON, some of them longer than a test would make: the records are repeated in order until there are
/// <see cref="LeastRows"/>. A module whose results are right on one lane with one size of batches and not on others depends on what the contract of
/// modules does not give it.
/// </remarks>
public sealed class ModuleTest
{
    /// <summary>Rows of each trial, at least: enough for payloads on every lane behind the warm-up.</summary>
    public const int LeastRows = 12_288;

    private const string Name = "tested";

    private readonly Action<DataStreamProcessor> _register;
    private Scope _scope;

    /// <summary>A module as <see cref="DataStreamProcessor.RegisterModule(string, Func{ModuleContext, Module})"/> takes it.</summary>
    public ModuleTest(Func<ModuleContext, Module> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _register = processor => processor.RegisterModule(Name, context =>
        {
            Module module = create(context);
            _scope = module.Scope;
            return module;
        });
    }

    /// <summary>A condition as <see cref="DataStreamProcessor.RegisterModule(string, RowBinding)"/> takes it.</summary>
    public ModuleTest(RowBinding bind)
    {
        ArgumentNullException.ThrowIfNull(bind);
        _register = processor => processor.RegisterModule(Name, bind);
    }

    /// <summary>The fields of the records.</summary>
    public required IList<SchemaField> Schema { get; init; }

    /// <summary>The module's settings.</summary>
    public ConfigMap Settings { get; init; } = new();

    public EventTimeConfig? EventTime { get; init; }

    /// <param name="records">JSON objects of one line, of up to 4 KiB each.</param>
    /// <param name="stopping">Ends the trials.</param>
    /// <exception cref="ConfigException">The module cannot be bound to these fields and settings; all mistakes.</exception>
    public async Task<ModuleTestReport> RunAsync(IReadOnlyList<string> records, CancellationToken stopping = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentOutOfRangeException.ThrowIfZero(records.Count);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("datastream-module-");
        try
        {
            string few = Write(folder, "few.ndjson", records, records.Count);
            string many = Write(folder, "many.ndjson", records, Math.Max(LeastRows, records.Count));
            var report = new ModuleTestReport();
            Trial once = await Run(few, new(1, 2048, 256), stopping).ConfigureAwait(false);
            report.Take(once);
            if (!report.IsClean)
            {
                return report;
            }

            Trial reference = await Run(many, new(1, 2048, 256), stopping).ConfigureAwait(false);
            foreach (Layout cut in (Layout[])[new(1, 64, 4), new(1, 192, 64), new(1, 8192, 1024)])
            {
                report.Compare(reference, await Run(many, cut, stopping).ConfigureAwait(false), "its results depend on which rows share a batch");
            }

            if (!report.IsClean)
            {
                report.CompareFirst(reference, await Run(many, reference.Layout, stopping).ConfigureAwait(false),
                    "two runs over the same rows differ: it keeps something beyond its instance (a static), or depends on chance or the clock");
            }

            if (report.IsClean)
            {
                foreach (Layout shared in (Layout[])[new(2, 64, 4), new(3, 64, 4), new(3, 192, 64)])
                {
                    report.Compare(reference, await Run(many, shared, stopping).ConfigureAwait(false), Advice());
                }
            }

            // Last: what the runtime makes at the first use of anything is made.
            report.Weigh(await Run(many, new(1, 64, 4), stopping).ConfigureAwait(false), Name);
            return report;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private string Advice() => _scope switch
    {
        Scope.Keyed => "it is Keyed, and its state reaches over keys: Key lacks a column, or Scope is to be Ordered",
        Scope.Ordered => "it is Ordered, and shares state between its instances",
        _ => "it is Stateless, and keeps something from row to row: Scope is to be Keyed, with Key, or Ordered",
    };

    private async Task<Trial> Run(string input, Layout layout, CancellationToken stopping)
    {
        string main = input + ".main", dead = input + ".dead";
        var json = new FormatConfig("json");
        var config = new PipelineConfig
        {
            Stream = new StreamSettings
            {
                Inputs = [new("file:" + input)], InputFormat = json, Schema = Schema, EventTime = EventTime,
                Outputs = [new("main", "file:" + main) { Format = json }, new("dead", "file:" + dead)],
            },
            Modules = [new(Name, Name) { Settings = Settings }],
            Tuning = new PerformanceTuning
            {
                Threads = layout.Lanes, CpuAffinity = [], PartitionSize = layout.Partition, PayloadSize = layout.PayloadKiB << 10, MaxRecordSize = 4 << 10,
            },
        };
        DataStreamProcessor processor = DataStreamProcessor.Create(config);
        await using (processor.ConfigureAwait(false))
        {
            _register(processor);
            RunReport report = await processor.StartAsync(new RunRequest(), stopping).ConfigureAwait(false);
            string[] deadRows = report.ExitCode is ExitCode.Done or ExitCode.BadData ? await File.ReadAllLinesAsync(dead, stopping).ConfigureAwait(false) : [];
            string[] rows = report.ExitCode is ExitCode.Done or ExitCode.BadData ? await File.ReadAllLinesAsync(main, stopping).ConfigureAwait(false) : [];
            return new Trial(layout, report, rows, deadRows);
        }
    }

    private static string Write(DirectoryInfo folder, string name, IReadOnlyList<string> records, int rows)
    {
        string path = Path.Combine(folder.FullName, name);
        File.WriteAllLines(path, Enumerable.Range(0, rows).Select(i => records[i % records.Count]));
        return path;
    }

    /// <summary>How a trial cuts and shares its rows.</summary>
    internal readonly record struct Layout(int Lanes, int Partition, int PayloadKiB)
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Counted.Of(Lanes, "lane")}, partition_size {Partition}, payload_size {PayloadKiB}KiB");
    }

    internal sealed record Trial(Layout Layout, RunReport Report, IReadOnlyList<string> Rows, IReadOnlyList<string> Dead);
}
