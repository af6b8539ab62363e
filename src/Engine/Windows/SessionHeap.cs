using System;
using DataStream.Batches;

namespace DataStream.Windows;

/// <summary>A session by the end that it had when it was entered; a session that has grown since is entered again.</summary>
internal readonly record struct SessionEnd(long End, long Serial, int Place);

/// <summary>Sessions, the earliest end first: a binary heap in native memory.</summary>
internal sealed class SessionHeap(Action<long> charge) : IDisposable
{
    private NativeList<SessionEnd> _heap;

    public bool IsEmpty => _heap.Count == 0;

    public SessionEnd First => _heap[0];

    public void Add(SessionEnd session)
    {
        int at = _heap.Add(session, charge);
        Span<SessionEnd> heap = _heap.Items;
        while (at > 0 && heap[(at - 1) / 2].End > session.End)
        {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }

        heap[at] = session;
    }

    public void RemoveFirst()
    {
        SessionEnd moved = _heap[_heap.Count - 1];
        _heap.Resize(_heap.Count - 1, charge);
        Span<SessionEnd> heap = _heap.Items;
        if (heap.Length == 0)
        {
            return;
        }

        int at = 0;
        for (int child = 1; child < heap.Length; child = (2 * at) + 1)
        {
            if (child + 1 < heap.Length && heap[child + 1].End < heap[child].End)
            {
                child++;
            }

            if (heap[child].End >= moved.End)
            {
                break;
            }

            heap[at] = heap[child];
            at = child;
        }

        heap[at] = moved;
    }

    public void Walk(StateWalk walk) => walk.List(ref _heap, charge);

    public void Dispose() => _heap.Free(charge);
}
