using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using DataStream.Runtime;

namespace Snippets;

/// <summary>The test of a module in docs/MODULES.md.</summary>
public static class ModuleTestSnippet
{
    public static async Task<IReadOnlyList<string>> RunAsync(CancellationToken stopping)
    {
        // <testing>
        var test = new ModuleTest(context => new DewPoint()) { Schema = [new("temperature", "float64"), new("humidity", "float64")] };
        ModuleTestReport report = await test.RunAsync(["{\"temperature\":20,\"humidity\":50}", "{\"temperature\":20,\"humidity\":0}"], stopping);
        report.ThrowIfNotClean();                        // the message has every problem found
        IReadOnlyList<string> rows = report.Rows;        // what left the module, as JSON lines; report.Dead, report.Ledger
        // </testing>
        return rows;
    }
}
