using System;
using System.Linq;
using DataStream.Batches;
using Xunit;

namespace DataStream.Tests.Batches;

public sealed class TextMarksTests
{
    [Fact]
    public void A_text_lies_between_its_marks()
    {
        var random = new Random(5);
        for (int records = 0; records < 40; records++)
        {
            int width = random.Next(1, 9);
            int first = random.Next(3);
            int fields = random.Next(1, width + 1);
            int at = -1;
            int[] marks = [.. Enumerable.Range(0, first + (records * width) + fields + 1).Select(_ => at += random.Next(1, 30))];
            var texts = new Text[records];
            TextMarks.Between(marks, first, fields, width, texts);
            Assert.Equal(Enumerable.Range(0, records).Select(i => first + (i * width)).Select(i => new Text(marks[i] + 1, marks[i + fields] - marks[i] - 1)), texts);
        }
    }

    [Fact]
    public void Marks_that_are_not_there_are_refused() =>
        Assert.Throws<IndexOutOfRangeException>(() => TextMarks.Between([-1, 3, 5, 9], 0, 1, 2, new Text[3]));
}
