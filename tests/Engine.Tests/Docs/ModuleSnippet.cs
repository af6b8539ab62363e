using System;
using DataStream.Batches;
using DataStream.Modules;

namespace Snippets;

// <module>
/// <summary>Adds the dew point (Magnus formula) of a temperature in °C and a relative humidity in %.</summary>
public sealed class DewPoint : Module
{
    private Column<double> _temperature, _humidity, _dewPoint;

    public override void Bind(Schema schema)
    {
        _temperature = schema.Float64("temperature");
        _humidity = schema.Float64("humidity");
        _dewPoint = schema.AddFloat64("dew_point");
    }

    public override void Process(Batch batch)
    {
        foreach (int index in batch.Rows)
        {
            var row = new Row(batch, index);
            if (row.IsNull(_temperature) || row.IsNull(_humidity) || row[_humidity] <= 0)
            {
                row.SetNull(_dewPoint);
                continue;
            }

            double gamma = Math.Log(row[_humidity] / 100) + (17.62 * row[_temperature] / (243.12 + row[_temperature]));
            row[_dewPoint] = 243.12 * gamma / (17.62 - gamma);
            batch.SetValid(_dewPoint.Ordinal, index);
        }
    }
}
// </module>
