using System;
using DataStream.Kafka;
using DataStream.Kafka.Repartition;
using Xunit;

namespace DataStream.Tests.Kafka;

/// <summary>How often states are committed at least once, and how often a topic between two halves is cleared.</summary>
public sealed class PaceTests
{
    [Fact]
    public void A_commit_of_states_rests_ten_times_as_long_as_it_took()
    {
        var clock = new Clock();
        var pace = new Pace(TimeSpan.FromMilliseconds(100), clock);
        Assert.True(clock.FirstDue(pace) == 100);
        pace.Restart();
        pace.Took(TimeSpan.FromMilliseconds(5)); // less than the interval
        Assert.Equal(100, clock.FirstDue(pace));
        pace.Restart();
        pace.Took(TimeSpan.FromMilliseconds(40));
        Assert.Equal(400, clock.FirstDue(pace));
        pace.Restart();
        pace.Took(TimeSpan.FromMilliseconds(1));
        Assert.Equal(100, clock.FirstDue(pace));
    }

    [Fact]
    public void What_went_through_a_topic_between_is_deleted_there_each_30_s()
    {
        var clock = new Clock();
        var pace = new Pace(Purge.Interval, clock);
        Assert.Equal(30_000, clock.FirstDue(pace));
        Assert.True(pace.IsDue);
        pace.Restart();
        Assert.Equal(30_000, clock.FirstDue(pace));
    }

    private sealed class Clock : TimeProvider
    {
        private long _milliseconds = 1;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _milliseconds;

        /// <summary>Milliseconds from now until it is due.</summary>
        public long FirstDue(Pace pace)
        {
            long began = _milliseconds;
            while (!pace.IsDue)
            {
                _milliseconds++;
            }

            return _milliseconds - began;
        }
    }
}
