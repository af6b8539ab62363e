using System;
using DataStream.Batches;
using DataStream.Formats;

namespace DataStream.Tests.Fuzz;

/// <summary>A format's reading with a fault on purpose: the fuzzer must find it.</summary>
internal sealed class PlantedReading(FormatReading reading, PlantedFault fault) : FormatReading
{
    public override RecordCutter CreateCutter() => reading.CreateCutter();

    public override Decoder CreateDecoder() => new Planted(reading.CreateDecoder(), fault);

    private sealed class Planted(Decoder decoder, PlantedFault fault) : Decoder
    {
        public override int Decode(in Payload payload, int offset, Batch batch)
        {
            int next = decoder.Decode(payload, offset, batch);
            for (int row = 0; row < batch.Count; row++)
            {
                ReadOnlySpan<byte> raw = batch.Bytes(batch.Records[row]);
                switch (fault)
                {
                    case PlantedFault.LosesTheLastRow when row > 0 && row == batch.Count - 1 && batch.Records[row].Offset % 64 == 63:
                        batch.Drop(row); // only where a record begins on a block's last byte
                        break;
                    case PlantedFault.MisreadsAValue when !batch.IsNull(1, row) && batch.Values(new Column<long>(1))[row] == long.MaxValue:
                        batch.SetNull(1, row);
                        break;
                    case PlantedFault.Throws when raw.Contains((byte)0):
                        throw new ArithmeticException("planted");
                    case PlantedFault.StandsStill when raw.IndexOf("}{"u8) >= 0:
                        return offset;
                }
            }

            return next;
        }
    }
}
