using DataStream.Config;

namespace DataStream.Modules;

/// <summary>How many keys a module remembers (<c>max_keys</c>), and what becomes of one more (<c>at_max_keys</c>).</summary>
/// <param name="Owner">The module's name.</param>
/// <param name="Most">0: as many as memory_budget has room for.</param>
/// <param name="Evicts">The key that came first is forgotten; otherwise the run ends with 71.</param>
internal readonly record struct KeyLimit(string Owner, int Most, bool Evicts)
{
    /// <summary>More keys than a table has places for.</summary>
    private const int MostKeys = 1 << 30;

    /// <summary>Reads the keys of a module.</summary>
    public static KeyLimit Read(ModuleContext context, bool canEvict)
    {
        Settings settings = context.Settings;
        int most = (int)settings.Integer("max_keys", 0, 1, MostKeys);
        if (!settings.Has("at_max_keys"))
        {
            return new KeyLimit(context.Name, most, false);
        }

        bool evicts = settings.OneOf("at_max_keys", "stop", "evict_oldest") == "evict_oldest";
        if (!settings.Has("max_keys"))
        {
            settings.Error("at_max_keys", "bad_value", $"'at_max_keys' of {settings.Owner} says what happens at 'max_keys', which is not there");
        }
        else if (evicts && !canEvict)
        {
            settings.Error("at_max_keys", "bad_value", $"{settings.Owner} forgets keys when their time is over; one that it forgot earlier would let duplicates through: write 'stop', or leave it out");
        }

        return new KeyLimit(context.Name, most, evicts);
    }
}
