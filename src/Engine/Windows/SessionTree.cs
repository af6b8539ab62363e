using DataStream.Kernels;

namespace DataStream.Windows;

/// <summary>The open sessions of a key in order of their start: a treap (Seidel, Aragon 1996) whose nodes are the records themselves.</summary>
/// <remarks>A tree is given as the place of its root + 1, 0 for none. Most keys have one session, and then it costs nothing.</remarks>
internal sealed class SessionTree(SessionNode node, EventTimeSpan span)
{
    /// <summary>The sessions next to an instant: the last that starts at or before it, the first that starts behind it; −1 for none.</summary>
    public (int Before, int After) Find(ref WindowTable table, long root, long time)
    {
        int before = -1;
        int after = -1;
        while (root != 0)
        {
            int place = (int)root - 1;
            if (span.Lowest(ref table, place) <= time)
            {
                before = place;
                root = node.Right(ref table, place);
            }
            else
            {
                after = place;
                root = node.Left(ref table, place);
            }
        }

        return (before, after);
    }

    /// <summary>The tree with a new session in it.</summary>
    public long Insert(ref WindowTable table, long root, int place)
    {
        if (root == 0)
        {
            return place + 1L;
        }

        int at = (int)root - 1;
        if (node.Priority(ref table, place) > node.Priority(ref table, at))
        {
            (long left, long right) = Split(ref table, root, span.Lowest(ref table, place));
            node.Left(ref table, place) = left;
            node.Right(ref table, place) = right;
            return place + 1L;
        }

        if (span.Lowest(ref table, place) < span.Lowest(ref table, at))
        {
            node.Left(ref table, at) = Insert(ref table, node.Left(ref table, at), place);
        }
        else
        {
            node.Right(ref table, at) = Insert(ref table, node.Right(ref table, at), place);
        }

        return root;
    }

    /// <summary>The tree without a session that is in it.</summary>
    public long Remove(ref WindowTable table, long root, int place)
    {
        int at = (int)root - 1;
        if (at == place)
        {
            return Join(ref table, node.Left(ref table, at), node.Right(ref table, at));
        }

        if (span.Lowest(ref table, place) < span.Lowest(ref table, at))
        {
            node.Left(ref table, at) = Remove(ref table, node.Left(ref table, at), place);
        }
        else
        {
            node.Right(ref table, at) = Remove(ref table, node.Right(ref table, at), place);
        }

        return root;
    }

    /// <summary>A priority for the session with this serial number.</summary>
    public static long Priority(long serial) => (long)(HyperLogLog.Mix(serial) >> 1);

    private (long Left, long Right) Split(ref WindowTable table, long root, long start)
    {
        if (root == 0)
        {
            return (0, 0);
        }

        int at = (int)root - 1;
        if (span.Lowest(ref table, at) < start)
        {
            (long left, long right) = Split(ref table, node.Right(ref table, at), start);
            node.Right(ref table, at) = left;
            return (root, right);
        }
        else
        {
            (long left, long right) = Split(ref table, node.Left(ref table, at), start);
            node.Left(ref table, at) = right;
            return (left, root);
        }
    }

    private long Join(ref WindowTable table, long left, long right)
    {
        if (left == 0 || right == 0)
        {
            return left | right;
        }

        if (node.Priority(ref table, (int)left - 1) > node.Priority(ref table, (int)right - 1))
        {
            node.Right(ref table, (int)left - 1) = Join(ref table, node.Right(ref table, (int)left - 1), right);
            return left;
        }

        node.Left(ref table, (int)right - 1) = Join(ref table, left, node.Left(ref table, (int)right - 1));
        return right;
    }
}
