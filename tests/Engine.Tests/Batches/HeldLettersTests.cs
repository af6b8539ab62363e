using DataStream.Batches;
using Xunit;

namespace DataStream.Tests.Batches;

public sealed class HeldLettersTests
{
    [Fact]
    public void Letters_that_are_held_grow_in_what_is_charged()
    {
        long charged = 0;
        using (var held = new HeldLetters(bytes => charged += bytes))
        {
            for (int i = 0; i < 3000; i++)
            {
                held.Add(DeadReason.BadNumber, i / 3, 0);
            }

            Assert.Equal(1000, held.All.Length);
            for (int i = 0; i < 3000; i++)
            {
                held.Add(DeadReason.BadNumber, i, 0);
            }

            Assert.Equal((4000, 3, 2999), (held.All.Length, held.All[999].Count, held.All[^1].Stage));
            Assert.Equal(48 * 1024, charged);
        }

        Assert.Equal(0, charged);
    }
}
