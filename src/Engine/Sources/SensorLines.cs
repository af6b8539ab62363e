using System;
using System.Globalization;
using System.Text;

namespace DataStream.Sources;

/// <summary>Writes the generator's lines: <c>2026-01-01T00:00:00.000Z,device-042,eu-west,21.37,0</c>. Allocates nothing per line.</summary>
/// <remarks>
/// A line's ordinary content depends on the seed and its number alone; what makes lines dirty, late or anomalous is drawn from a
/// second stream of bits, so that another share leaves the other lines as they were.
/// </remarks>
internal sealed class SensorLines
{
    /// <summary>No line is longer.</summary>
    public const int MostBytes = 128;

    public const long MicrosecondsPerSecond = 1_000_000;

    private const int SecondLength = 19; // 2026-01-01T00:00:00
    private const int LeastLate = 60;
    private const int MostLate = 120;

    // Event time starts here again before the year 10000.
    private const long MostSeconds = 7900L * 365 * 86400;

    private static readonly string[] s_regions = ["eu-west", "eu-north", "us-east", "us-west", "ap-south"];
    private static readonly DateTime s_start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly long _perSecond;
    private readonly bool _hasMicroseconds;
    private readonly byte[] _devices;
    private readonly int[] _deviceEnds;
    private readonly int _deviceCount;
    private readonly ulong _dirty;
    private readonly ulong _late;
    private readonly ulong _anomalies;
    private readonly bool _isPlain;
    private readonly byte[] _secondText = new byte[SecondLength];
    private readonly byte[] _pairs = new byte[200];
    private RandomBits _values;
    private RandomBits _faults;
    private long _second = -1;
    private long _secondStart;
    private long _number;

    public SensorLines(GeneratorSettings settings)
    {
        _perSecond = settings.PerSecond ?? settings.Rate ?? 1000;
        _hasMicroseconds = 1000 % _perSecond != 0;
        _dirty = Threshold(settings.Dirty);
        _late = Threshold(settings.Late);
        _anomalies = Threshold(settings.Anomalies);
        _isPlain = (_dirty | _late | _anomalies) == 0;
        _values = new RandomBits(settings.Seed);
        _faults = new RandomBits(~settings.Seed);
        for (int i = 0; i < 100; i++)
        {
            _pairs[2 * i] = (byte)('0' + (i / 10));
            _pairs[(2 * i) + 1] = (byte)('0' + (i % 10));
        }

        _deviceCount = settings.Devices;
        (_devices, _deviceEnds) = NameDevices(settings.Devices);
    }

    public static ReadOnlySpan<byte> Header => "timestamp,device,region,temperature,status\n"u8;

    /// <summary>Writes the next line; there is room for <see cref="MostBytes"/>.</summary>
    public int Write(Span<byte> line)
    {
        ulong bits = _values.Next();
        long number = _number++;
        long late = 0;
        int spike = 0;
        int fault = 0;
        if (!_isPlain)
        {
            // Four draws for each line, whatever comes of them.
            ulong detail = _faults.Next();
            fault = _faults.Next() < _dirty ? 1 + (int)(detail & 1) : 0;
            late = _faults.Next() < _late ? LeastLate + (long)((detail >> 1) % (MostLate - LeastLate)) : 0;
            spike = _faults.Next() < _anomalies ? 5000 + (int)((detail >> 33) % 5000) : 0;
        }

        int at = WriteTime(line, number, late);
        line[at++] = (byte)',';
        if (fault == 1)
        {
            // Bytes behind a closing quote.
            "\"device\"?,"u8.CopyTo(line[at..]);
            at += 10;
        }

        int device = (int)(((bits >> 32) * (ulong)_deviceCount) >> 32);
        int start = device == 0 ? 0 : _deviceEnds[device - 1];
        ReadOnlySpan<byte> name = _devices.AsSpan(start, _deviceEnds[device] - start);
        name.CopyTo(line[at..]);
        at += name.Length;

        // Hundredths of a degree: 15 to 25 by device, and the sum of two dice of 2.55 degrees.
        int temperature = 1500 + (int)((uint)device * 7919 % 1000) + (byte)bits + (byte)(bits >> 8) + spike;
        int whole = temperature / 100;
        if (whole >= 100)
        {
            line[at++] = (byte)'1';
            whole -= 100;
        }

        at = WritePair(line, at, whole);
        line[at++] = (byte)'.';
        at = WritePair(line, at, temperature % 100);
        line[at++] = (byte)',';

        // Not 0 in 3 of 128.
        int status = (int)(bits >> 16) & 127;
        line[at++] = (byte)('0' + (status < 3 ? status + 1 : 0));
        if (fault == 2)
        {
            // A field more than there are columns.
            ",?"u8.CopyTo(line[at..]);
            at += 2;
        }

        line[at++] = (byte)'\n';
        return at;
    }

    private int WriteTime(Span<byte> line, long number, long late)
    {
        // Whole seconds change rarely: their text is kept.
        long inSecond = number - _secondStart;
        if ((ulong)inSecond >= (ulong)_perSecond || _second < 0)
        {
            _second = number / _perSecond;
            _secondStart = _second * _perSecond;
            inSecond = number - _secondStart;
            WriteSecond(_secondText, _second);
        }

        if (late == 0)
        {
            _secondText.CopyTo(line);
        }
        else
        {
            WriteSecond(line, _second - late);
        }

        int at = SecondLength;
        line[at++] = (byte)'.';
        int microseconds = (int)(inSecond * MicrosecondsPerSecond / _perSecond);
        int milliseconds = microseconds / 1000;
        line[at++] = (byte)('0' + (milliseconds / 100));
        at = WritePair(line, at, milliseconds % 100);
        if (_hasMicroseconds)
        {
            int rest = microseconds % 1000;
            line[at++] = (byte)('0' + (rest / 100));
            at = WritePair(line, at, rest % 100);
        }

        line[at++] = (byte)'Z';
        return at;
    }

    private int WritePair(Span<byte> line, int at, int pair)
    {
        line[at] = _pairs[2 * pair];
        line[at + 1] = _pairs[(2 * pair) + 1];
        return at + 2;
    }

    private static void WriteSecond(Span<byte> text, long second) =>
        s_start.AddSeconds(second % MostSeconds).TryFormat(text, out _, "yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary><c>device-042,eu-west,</c> for each; a device stays in its region.</summary>
    private static (byte[] Text, int[] Ends) NameDevices(int count)
    {
        string digits = "D" + (count - 1).ToString(CultureInfo.InvariantCulture).Length.ToString(CultureInfo.InvariantCulture);
        var ends = new int[count];
        for (int i = 0, end = 0; i < count; i++)
        {
            end += Name(i).Length;
            ends[i] = end;
        }

        // In their place at once: copies on the way would take several times the memory that the budget counts.
        byte[] text = new byte[ends[^1]];
        for (int i = 0; i < count; i++)
        {
            Encoding.ASCII.GetBytes(Name(i), text.AsSpan(i == 0 ? 0 : ends[i - 1]));
        }

        return (text, ends);

        string Name(int device) => $"device-{device.ToString(digits, CultureInfo.InvariantCulture)},{s_regions[device % s_regions.Length]},";
    }

    // Bits below it are as frequent as the share; at 1 one in 2^64 is missing.
    private static ulong Threshold(double share) => share >= 1 ? ulong.MaxValue : (ulong)(share * 18446744073709551616.0);
}
