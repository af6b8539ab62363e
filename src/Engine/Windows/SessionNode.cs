using System;

namespace DataStream.Windows;

/// <summary>A session's place among the sessions of its key. Words: serial number (0: free), record of the key, both subtrees (place + 1), priority.</summary>
internal sealed class SessionNode() : Component(5)
{
    public override void Fold(ref WindowTable table, Folding rows)
    {
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
    }

    public ref long Serial(ref WindowTable table, int place) => ref table.Records[place + Offset];

    public ref long KeyPlace(ref WindowTable table, int place) => ref table.Records[place + Offset + 1];

    public ref long Left(ref WindowTable table, int place) => ref table.Records[place + Offset + 2];

    public ref long Right(ref WindowTable table, int place) => ref table.Records[place + Offset + 3];

    public ref long Priority(ref WindowTable table, int place) => ref table.Records[place + Offset + 4];
}

/// <summary>What the table of keys knows of a key. Words: the tree of its sessions (place + 1; 0: none), the key's hash.</summary>
internal sealed class SessionKey() : Component(2)
{
    public override void Fold(ref WindowTable table, Folding rows)
    {
    }

    public override void Merge(ref WindowTable into, int at, ref WindowTable from, int other, Action<long> charge)
    {
    }

    public ref long Root(ref WindowTable keys, int place) => ref keys.Records[place + Offset];

    public ref long Hash(ref WindowTable keys, int place) => ref keys.Records[place + Offset + 1];
}
