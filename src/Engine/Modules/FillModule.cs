using System;
using System.Collections.Generic;
using System.Numerics;
using System.Text;
using DataStream.Batches;
using DataStream.Config;
using DataStream.Windows;

namespace DataStream.Modules;

/// <summary>
/// <c>fill: {field, with, key}</c>: a null becomes a constant of the column's type, or (<c>with: previous</c>) the last value of its key
/// in order of arrival; before a key's first value it stays null.
/// </summary>
public sealed class FillModule : Module, IStateful, IDisposable
{
    private readonly ModuleContext _context;
    private readonly ConfigScalar? _name;
    private readonly ConfigScalar? _with;
    private readonly IReadOnlyList<ConfigScalar> _keyNames;
    private readonly bool _previous;
    private readonly KeyLimit _limit;
    private readonly NativeArray<Last> _last;
    private ReplacedColumn? _column;
    private ColumnKind _kind;
    private long _bits;
    private byte[] _text = [];
    private IReadOnlyList<Field>? _key;
    private KeyTable? _keys;
    private NativeHeap _texts;

    public FillModule(ModuleContext context)
    {
        _context = context;
        _name = FieldSetting.Required(context, "field");
        _with = FieldSetting.Required(context, "with");
        _keyNames = context.Settings.List("key");
        _previous = _with?.Value == "previous";
        _limit = _previous ? KeyLimit.Read(context, canEvict: true) : default;
        context.Settings.RejectUnknown();
        if (_with is not null && !_previous && context.Settings.Entry("key") is { } key)
        {
            context.Settings.Errors.Add(key.KeyPlace, "bad_value", $"'key' of {context.Settings.Owner} goes with 'with: previous' alone: a constant is the same for every key");
        }

        _last = new NativeArray<Last>(context.Memory.Charge);
    }

    ~FillModule() => _texts.Free(null);

    public override Scope Scope => _previous ? Scope.Keyed : Scope.Stateless;

    public override IReadOnlyList<Field>? Key => _key;

    // The last value of a slot lies in an array that grows by half.
    public override KeyBound? Bound => _keys is null ? null : new KeyBound(_limit.Most, _keys.BytesPerKey + (3 * 24), KeyTable.Room);

    public override long EvictedKeys => _keys?.Evicted ?? 0;

    public override void Bind(Schema schema)
    {
        Field? field = FieldSetting.Find(_context, schema, _name);
        IReadOnlyList<Field>? key = FieldSetting.FindAll(_context, schema, _keyNames);
        if (field is null || key is null || _with is null)
        {
            return;
        }

        _kind = field.Type.Kind;
        if (!_previous)
        {
            _text = Encoding.UTF8.GetBytes(_with.Value);
            if (Literal.TryParse(_context, _with, field.Type, out _bits))
            {
                _column = new ReplacedColumn(schema, field, nullable: false, []);
            }

            return;
        }

        _column = new ReplacedColumn(schema, field, field.Nullable, key);
        _key = key;
        _keys?.Dispose();
        _keys = new KeyTable(key, _context.Memory.Charge, _limit);
    }

    public override void Process(Batch batch)
    {
        if (_column is not { IsNeeded: true } column)
        {
            return;
        }

        column.Copy(batch);
        if (_previous)
        {
            FillPrevious(batch, column.Target);
        }
        else
        {
            FillConstant(batch, column.Target);
        }
    }

    public void Walk(StateWalk walk)
    {
        ArgumentNullException.ThrowIfNull(walk);
        walk.Same((long)_kind, "the kind of the field");
        _keys!.Walk(walk);
        walk.Array(_last);
        _texts.Walk(walk, _context.Memory.Charge);
    }

    public void Dispose()
    {
        _last.Dispose();
        _texts.Free(_context.Memory.Charge);
        _keys?.Dispose();
        GC.SuppressFinalize(this);
    }

    private void FillConstant(Batch batch, int column)
    {
        Span<ulong> validity = batch.Validity(column);
        if (validity.IndexOfAnyExcept(ulong.MaxValue) < 0)
        {
            return;
        }

        switch (_kind)
        {
            case ColumnKind.Bool:
                Put(batch.Padded<bool>(column), validity, _bits != 0);
                break;
            case ColumnKind.Text:
                Put(batch.Padded<Text>(column), validity, batch.Arena.Append(_text));
                break;
            default:
                Put(batch.Padded<long>(column), validity, _bits);
                break;
        }

        validity.Fill(ulong.MaxValue);
    }

    private static void Put<T>(Span<T> values, ReadOnlySpan<ulong> validity, T constant) where T : unmanaged
    {
        for (int word = 0; word < validity.Length; word++)
        {
            for (ulong nulls = ~validity[word]; nulls != 0; nulls &= nulls - 1)
            {
                values[(word * Batch.BlockLength) + BitOperations.TrailingZeroCount(nulls)] = constant;
            }
        }
    }

    private void FillPrevious(Batch batch, int column)
    {
        foreach (int row in _keys!.Read(batch))
        {
            int slot = _keys.FindOrAdd(row, out bool isNew);
            _last.EnsureLength(_keys.SlotCount);
            ref Last last = ref _last[slot];
            last.IsKnown &= !isNew; // the slot may have been another key's
            if (!batch.IsNull(column, row))
            {
                Keep(batch, column, row, ref last);
            }
            else if (last.IsKnown)
            {
                Restore(batch, column, row, in last);
                batch.SetValid(column, row);
            }
        }
    }

    private void Keep(Batch batch, int column, int row, ref Last last)
    {
        last.IsKnown = true;
        switch (_kind)
        {
            case ColumnKind.Bool:
                last.Bits = batch.Padded<byte>(column)[row];
                break;
            case ColumnKind.Text:
                ReadOnlySpan<byte> text = batch.Bytes(batch.Padded<Text>(column)[row]);
                int words = HeapText.WordsFor(text.Length);
                int had = HeapText.WordsFor(last.Length);
                if (last.HasBlock && NativeHeap.SizeOf(had) != NativeHeap.SizeOf(words))
                {
                    _texts.Release(last.Block, had);
                    last.HasBlock = false;
                }

                if (!last.HasBlock)
                {
                    last.Block = _texts.Allocate(words, _context.Memory.Charge);
                    last.HasBlock = true;
                }

                last.Length = text.Length;
                text.CopyTo(_texts.Bytes(last.Block, text.Length));
                break;
            default:
                last.Bits = batch.Padded<long>(column)[row];
                break;
        }
    }

    private void Restore(Batch batch, int column, int row, in Last last)
    {
        switch (_kind)
        {
            case ColumnKind.Bool:
                batch.Padded<byte>(column)[row] = (byte)last.Bits;
                break;
            case ColumnKind.Text:
                batch.Padded<Text>(column)[row] = batch.Arena.Append(_texts.Bytes(last.Block, last.Length));
                break;
            default:
                batch.Padded<long>(column)[row] = last.Bits;
                break;
        }
    }

    /// <summary>The last value of one key. Text is copied: payloads come and go.</summary>
    private struct Last
    {
        public long Bits;
        public int Block;
        public int Length;
        public bool IsKnown;
        public bool HasBlock;
    }
}
