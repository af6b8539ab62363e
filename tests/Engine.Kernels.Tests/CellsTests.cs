using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using DataStream.Kernels;
using Xunit;

namespace DataStream.Tests;

public sealed class CellsTests
{
    [Fact]
    public void Led_rows_are_leads_and_cells_by_turns_and_an_end_as_long_as_there_is_room()
    {
        var random = new Random(32);
        for (int round = 0; round < 2_000; round++)
        {
            int width = random.Next(1, 12);
            int rows = random.Next(12);
            byte[] cells = new byte[rows * width * Cells.Width];
            byte[] leads = new byte[(width + 1) * Cells.Width];
            random.NextBytes(cells);
            random.NextBytes(leads);
            byte[] lengths = [.. Enumerable.Range(0, rows * width).Select(_ => (byte)random.Next(Cells.Width + 1))];
            byte[] leadLengths = [.. Enumerable.Range(0, width + 1).Select(_ => (byte)random.Next(Cells.Width + 1))];
            int most = ((2 * width) + 1) * Cells.Width;
            byte[] target = new byte[random.Next((rows + 2) * most)];
            int done = LedRows.Join(cells, lengths, leads, leadLengths, target, out int length);
            byte[] expected = [.. Enumerable.Range(0, done).SelectMany(row =>
                Enumerable.Range(0, width).SelectMany(i => Of(leads, leadLengths, i).Concat(Of(cells, lengths, (row * width) + i))).Concat(Of(leads, leadLengths, width)))];
            Assert.Equal(expected, target[..length]);
            Assert.True(done == rows || target.Length - length < most, $"stopped at {done} of {rows}");
        }

        static IEnumerable<byte> Of(byte[] cells, byte[] lengths, int cell) => cells.Skip(cell * Cells.Width).Take(lengths[cell]);
    }

    [Fact]
    public void Led_rows_with_lengths_beyond_a_cell_and_cells_that_are_not_there_harm_nothing()
    {
        byte[] target = new byte[3 * Cells.Width];
        Assert.Equal(1, LedRows.Join(new byte[Cells.Width], [255], new byte[2 * Cells.Width], [255, 255], target, out int length));
        Assert.Equal(3 * Cells.Width, length);
        Assert.Throws<ArgumentOutOfRangeException>(() => LedRows.Join(new byte[Cells.Width], [1, 1], new byte[2 * Cells.Width], [1, 1], target, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => LedRows.Join(new byte[Cells.Width], [1], new byte[Cells.Width], [1, 1], target, out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => LedRows.Join(new byte[Cells.Width], [1], new byte[Cells.Width], [1], target, out _));
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
    public void A_text_longer_than_a_cell_is_refused()
    {
        byte[] text = new byte[2 * Cells.Width];
        Assert.Throws<ArgumentOutOfRangeException>(() => Cells.TryCopyPlain(ref text[0], Cells.Width, 0, 0, new byte[Cells.Width]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Cells.TryCopyPlain(ref text[0], 1, 0, 0, new byte[Cells.Width - 1]));
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
