using System;
using System.Collections.Concurrent;
using System.Threading.Tasks;
using DataStream.Formats;

namespace DataStream.Kafka.Registry;

/// <summary>What a registry has said of a number.</summary>
/// <param name="Kind">Of which kind its schema is.</param>
/// <param name="HasText">Whether its text was asked for, too.</param>
/// <param name="Text">Its JSON in UTF-8, where it was asked for and is Avro.</param>
internal readonly record struct SchemaAnswer(SchemaKind Kind, bool HasText, byte[]? Text);

/// <summary>Answers of a registry that is asked on other threads: who wants one has others to serve meanwhile, and waits for no question of theirs. Any thread.</summary>
/// <param name="kindOf">Asks for the kind; waits.</param>
/// <param name="read">Asks for the schema; waits.</param>
internal sealed class SchemaAnswers(Func<int, SchemaKind> kindOf, Func<int, byte[]?> read)
{
    private readonly ConcurrentDictionary<(int Id, bool NeedsText), Task<SchemaAnswer>> _asked = new();
    private readonly ConcurrentDictionary<int, SchemaAnswer> _known = new();

    /// <summary>The answer, where it is there.</summary>
    public bool TryGet(int id, bool needsText, out SchemaAnswer answer) => _known.TryGetValue(id, out answer) && (answer.HasText || !needsText);

    /// <summary>Whether the answer is there; else it is asked for.</summary>
    /// <param name="id">The number.</param>
    /// <param name="needsText">Whether its text is wanted, too.</param>
    /// <param name="most">So many answers are kept.</param>
    /// <exception cref="Flow.StopException">There is none: 75.</exception>
    public bool IsThere(int id, bool needsText, int most)
    {
        if (TryGet(id, needsText, out _))
        {
            return true;
        }

        Task<SchemaAnswer> question = _asked.GetOrAdd((id, needsText), asked => Task.Run(() => new SchemaAnswer(kindOf(asked.Id), asked.NeedsText, asked.NeedsText ? read(asked.Id) : null)));
        if (!question.IsCompleted)
        {
            return false;
        }

        _asked.TryRemove((id, needsText), out _);
        SchemaAnswer answer = question.GetAwaiter().GetResult();
        if (_known.Count >= most)
        {
            _known.Clear();
        }

        _known[id] = answer;
        return true;
    }
}
