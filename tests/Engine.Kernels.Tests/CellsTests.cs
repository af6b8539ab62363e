using System;
using System.Linq;
using System.Text;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class CellsTests
{
    [Fact]
    public void A_row_is_its_cells_without_gaps()
    {
        var random = new Random(32);
        for (int round = 0; round < 2_000; round++)
        {
            int columns = random.Next(1, 20);
            byte[] cells = new byte[columns * Cells.Width];
            random.NextBytes(cells);
            byte[] lengths = [.. Enumerable.Range(0, columns).Select(_ => (byte)random.Next(Cells.Width + 1))];
            byte[] expected = [.. Enumerable.Range(0, columns).SelectMany(i => cells.Skip(i * Cells.Width).Take(lengths[i]))];
            byte[] target = new byte[expected.Length + Cells.Width];
            Assert.Equal(expected.Length, Cells.Total(lengths));
            Assert.Equal(expected.Length, Cells.Join(cells, lengths, target));
            Assert.Equal(expected, target[..expected.Length]);
        }
    }

    [Fact]
    public void Rows_are_joined_as_long_as_there_is_room_for_all_cells_of_one()
    {
        var random = new Random(34);
        for (int round = 0; round < 2_000; round++)
        {
            int width = random.Next(1, 12);
            int rows = random.Next(12);
            byte[] cells = new byte[rows * width * Cells.Width];
            random.NextBytes(cells);
            byte[] lengths = [.. Enumerable.Range(0, rows * width).Select(_ => (byte)random.Next(Cells.Width + 1))];
            byte[] target = new byte[random.Next((rows + 2) * width * Cells.Width)];
            int done = Cells.JoinRows(cells, lengths, width, target, out int length);
            byte[] expected = [.. Enumerable.Range(0, done * width).SelectMany(i => cells.Skip(i * Cells.Width).Take(lengths[i]))];
            Assert.Equal(expected, target[..length]);
            Assert.True(done == rows || target.Length - length < width * Cells.Width, $"stopped at {done} of {rows}");
        }
    }

    [Fact]
    public void Lengths_beyond_a_cell_and_cells_that_are_not_there_harm_nothing()
    {
        byte[] target = new byte[4 * Cells.Width];
        Assert.Equal(1, Cells.JoinRows(new byte[2 * Cells.Width], [255, 255], 2, target, out int length));
        Assert.Equal(2 * Cells.Width, length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Cells.JoinRows(new byte[Cells.Width], [1, 1], 1, target, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cells.JoinRows(new byte[Cells.Width], [1], 0, target, out _));
    }

    [Fact]
    public void Room_that_does_not_hold_a_row_and_a_cell_is_refused()
    {
        byte[] cells = new byte[2 * Cells.Width];
        Assert.Throws<ArgumentOutOfRangeException>(() => Cells.Join(cells, [5, 5], new byte[10 + Cells.Width - 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cells.Join(cells, [5, 5, 5], new byte[200]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cells.TryCopyPlain(ref cells[0], Cells.Width, 0, 0, new byte[Cells.Width]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cells.TryCopyPlain(ref cells[0], 1, 0, 0, new byte[Cells.Width - 1]));
    }

    [Fact]
    public void A_text_is_plain_without_signs_and_line_ends_whatever_stands_behind_it()
    {
        var random = new Random(33);
        for (int round = 0; round < 20_000; round++)
        {
            byte[] source = new byte[3 * Cells.Width];
            for (int i = 0; i < source.Length; i++)
            {
                source[i] = random.Next(12) == 0 ? ",;\"\r\n"u8[random.Next(5)] : (byte)random.Next('a', 'z');
            }

            int from = random.Next(Cells.Width);
            int length = random.Next(Cells.Width);
            byte[] text = source[from..(from + length)];
            byte[] cell = new byte[Cells.Width];
            bool isPlain = Cells.TryCopyPlain(ref source[from], length, (byte)',', (byte)'"', cell);
            Assert.Equal(text.AsSpan().IndexOfAny(",\"\r\n"u8) < 0, isPlain);
            Assert.True(!isPlain || cell.AsSpan(0, length).SequenceEqual(text), Encoding.Latin1.GetString(text));
        }
    }
}
