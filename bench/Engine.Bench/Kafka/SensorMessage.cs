using System;
using System.Text.Json;

namespace DataStream.Bench.Kafka;

/// <summary>A sensor event as the loops read it: every field, as the schema of the pipeline has them.</summary>
/// <param name="Time">Microseconds since the Unix epoch.</param>
internal readonly record struct SensorMessage(long Time, string Device, double Temperature, long Status)
{
    public static SensorMessage Read(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        (long time, string device, double temperature, long status) = (0, "", 0.0, 0);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("timestamp"u8))
            {
                reader.Read();
                time = (reader.GetDateTime().Ticks - DateTime.UnixEpoch.Ticks) / 10;
            }
            else if (reader.ValueTextEquals("device"u8))
            {
                reader.Read();
                device = reader.GetString()!;
            }
            else if (reader.ValueTextEquals("temperature"u8))
            {
                reader.Read();
                temperature = reader.GetDouble();
            }
            else if (reader.ValueTextEquals("status"u8))
            {
                reader.Read();
                status = reader.GetInt64();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return new SensorMessage(time, device, temperature, status);
    }
}
