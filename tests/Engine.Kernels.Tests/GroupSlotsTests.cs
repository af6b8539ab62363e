using System;
using System.Collections.Generic;
using System.Linq;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class GroupSlotsTests
{
    [Fact]
    public void Each_row_is_led_to_its_group_or_to_none_and_counted_while_the_keys_are_the_same()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int size = 1 << random.Next(1, 9);
            int stride = random.Next(2, 20);
            int groups = random.Next(0, (size / 2) + 1);
            var slots = new uint[size];
            var records = new long[(groups * stride) + 1];
            var known = new Dictionary<uint, int>();
            for (int group = 0; group < groups; group++)
            {
                uint hash;
                do
                {
                    hash = HashOf(random);
                }
                while (!known.TryAdd(hash, group));

                int at = (int)(hash & (uint)(size - 1));
                while (slots[at] != 0)
                {
                    at = (at + 1) % size;
                }

                slots[at] = GroupSlots.Of(hash, group, size);
                Assert.True(GroupSlots.MayBe(slots[at], hash, size));
                Assert.Equal(group, GroupSlots.GroupOf(slots[at], size));
                records[group * stride] = hash;
                records[(group * stride) + 1] = group;
            }

            // Half of the rows are of known groups; a key is its hash and its group's number.
            uint[] hashes = [.. Enumerable.Range(0, 100).Select(_ => groups > 0 && random.Next(2) == 0 ? known.Keys.ElementAt(random.Next(groups)) : HashOf(random))];
            int[] rows = [.. Enumerable.Range(0, 100).Where(_ => random.Next(3) > 0)];
            long[] keys = [.. hashes.SelectMany(h => new long[] { h, known.GetValueOrDefault(h, -1) })];
            var places = new int[rows.Length];
            GroupSlots.Guess(slots, hashes, rows, places, records, stride);
            for (int i = 0; i < rows.Length; i++)
            {
                int found = places[i] < 0 ? -1 : places[i] / stride;
                Assert.True(places[i] < 0 || places[i] % stride == 0);

                // Another group whose tag is the same may stand before the row's own; with the key it is told apart.
                if (known.TryGetValue(hashes[rows[i]], out int group))
                {
                    Assert.True(found == group || GroupSlots.MayBe(GroupSlots.Of((uint)records[found * stride], found, size), hashes[rows[i]], size), $"seed {seed}");
                }

                bool isSame = found >= 0 && found == known.GetValueOrDefault(hashes[rows[i]], -1);
                Assert.Equal(isSame ? 1 : 0, GroupSlots.CountSame(keys, rows.AsSpan(i, 1), places.AsSpan(i, 1), records));
            }

            int same = rows.TakeWhile((r, i) => places[i] >= 0 && places[i] / stride == known.GetValueOrDefault(hashes[r], -1)).Count();
            Assert.Equal(same, GroupSlots.CountSame(keys, rows, places, records));
        }
    }

    [Fact]
    public void A_key_of_more_than_its_words_ends_the_count()
    {
        long[] record = [7, -1];
        Assert.Equal(0, GroupSlots.CountSame(record, [0], [0], record));
    }

    // Few bits in the lower half, so that many meet at a place.
    private static uint HashOf(Random random) => ((uint)random.Next(1 << 16) << 16) | (uint)random.Next(16);
}
