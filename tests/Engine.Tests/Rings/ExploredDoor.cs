using DataStream.Rings;

namespace DataStream.Tests.Rings;

/// <summary>A door as the system's: it compares and puts to sleep in one step, and counts a round with a fence before it wakes.</summary>
/// <param name="isDeaf">A planted mistake: it wakes nobody.</param>
internal sealed class ExploredDoor(bool isDeaf = false) : Door
{
    private long _round;

    public override long Round => Explorer.Current is { } explorer ? explorer.RoundOf(ref _round) : _round;

    public override void SleepWhile(long round) => Explorer.Current!.SleepWhile(this, ref _round, round);

    public override void NextRound()
    {
        if (Explorer.Current is not { } explorer)
        {
            _round++;
            return;
        }

        explorer.Count(ref _round);
        if (!isDeaf)
        {
            explorer.WakeAll(this);
        }
    }
}
