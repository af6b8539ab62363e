using System;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;

namespace DataStream.Bench;

/// <summary>Lines of the One Billion Row Challenge, <c>station;temperature</c>: names of 3 to 24 letters (13.8 bytes a line with 413 of them), temperatures from −99.9 to 99.9 around a mean of the station.</summary>
internal static class BrcData
{
    /// <summary>The challenge as DuckDB's statement.</summary>
    public static string Sql(string input, string folder) =>
        $"COPY (SELECT s, round(min(t), 1), round(avg(t), 1), round(max(t), 1) FROM read_csv('{input}', delim=';', header=false, columns={{'s':'VARCHAR','t':'DOUBLE'}}) GROUP BY s ORDER BY s) TO '{folder}/duck.csv' (HEADER)";

    /// <summary>Makes the file where it is not there.</summary>
    public static string Make(string folder, long rows, int stations)
    {
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"brc-{rows}-{stations}.csv"));
        if (File.Exists(path))
        {
            return path;
        }

        Console.Error.WriteLine($"Making {path}.");
        Directory.CreateDirectory(folder);
        var random = new Random(7);
        byte[][] names = [.. Enumerable.Range(0, stations).Select(i => Name(random, i))];
        int[] means = [.. Enumerable.Range(0, stations).Select(_ => random.Next(-100, 320))];
        byte[] room = new byte[1 << 20];
        int length = 0;
        string partial = path + ".partial";
        using (FileStream file = File.Create(partial))
        {
            for (long row = 0; row < rows; row++)
            {
                if (room.Length - length < 64)
                {
                    file.Write(room, 0, length);
                    length = 0;
                }

                int station = random.Next(stations);
                names[station].CopyTo(room, length);
                length += names[station].Length;
                room[length++] = (byte)';';

                // Three dice make a bell.
                int tenths = Math.Clamp(means[station] + random.Next(-100, 101) + random.Next(-100, 101) + random.Next(-100, 101), -999, 999);
                if (tenths < 0)
                {
                    room[length++] = (byte)'-';
                    tenths = -tenths;
                }

                if (tenths >= 100)
                {
                    room[length++] = (byte)('0' + (tenths / 100));
                }

                room[length++] = (byte)('0' + (tenths / 10 % 10));
                room[length++] = (byte)'.';
                room[length++] = (byte)('0' + (tenths % 10));
                room[length++] = (byte)'\n';
            }

            file.Write(room, 0, length);
        }

        File.Move(partial, path);
        return path;
    }

    private static byte[] Name(Random random, int number)
    {
        const string Consonants = "bcdfghklmnprstvz";
        const string Vowels = "aeiou";
        var name = new StringBuilder();
        for (int left = number, i = 0; left > 0 || i < 3 || random.Next(4) > 0 && i < 24; i++)
        {
            string letters = i % 2 == 0 ? Consonants : Vowels;
            int letter = left > 0 ? left % letters.Length : random.Next(letters.Length);
            left /= letters.Length;
            name.Append(i == 0 ? char.ToUpperInvariant(letters[letter]) : letters[letter]);
        }

        return Encoding.ASCII.GetBytes(name.ToString());
    }
}
