using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;

namespace DataStream.Tests.Rings;

/// <summary>Keeps a ring, and all that it is made of, at its place in memory.</summary>
internal sealed class Pins : IDisposable
{
    private readonly List<PinnedGCHandle<object>> _pins;

    public Pins(object root) => _pins = [.. Reachable(root).Select(o => new PinnedGCHandle<object>(o))];

    public void Dispose() => _pins.ForEach(p => p.Dispose());

    private static HashSet<object> Reachable(object root)
    {
        var found = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<object>([root]);
        while (open.TryPop(out object? next))
        {
            if (!found.Add(next))
            {
                continue;
            }

            IEnumerable<object?> parts = next is object[] items ? items
                : next is Array ? []
                : next.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                    .Where(f => !f.FieldType.IsValueType && f.FieldType != typeof(string)).Select(f => f.GetValue(next));
            foreach (object? part in parts.Where(p => p is Array || p?.GetType().Namespace == "DataStream.Rings"))
            {
                open.Push(part!);
            }
        }

        return found;
    }
}
