using System;
using System.Collections.Generic;
using System.IO;
using Avro.File;
using Avro.Generic;
using Avro.IO;

namespace DataStream.Tests.Formats.AvroFiles;

/// <summary>Files and datums as Apache's implementation writes and reads them.</summary>
internal static class ApacheFile
{
    /// <summary>A container file; a block ends at random.</summary>
    public static byte[] Write(Avro.Schema schema, IEnumerable<object> values, string codec, Random random)
    {
        var target = new MemoryStream();
        using (IFileWriter<object> writer = DataFileWriter<object>.OpenWriter(new GenericDatumWriter<object>(schema), target, Codec.CreateCodecFromString(codec)))
        {
            foreach (object value in values)
            {
                writer.Append(value);
                if (random.Next(5) == 0)
                {
                    writer.Sync();
                }
            }
        }

        return target.ToArray();
    }

    /// <summary>A value without a container.</summary>
    public static byte[] Datum(Avro.Schema schema, object value)
    {
        var target = new MemoryStream();
        new GenericDatumWriter<object>(schema).Write(value, new BinaryEncoder(target));
        return target.ToArray();
    }

    /// <summary>The records of a container file, as a schema wants to see them.</summary>
    public static List<GenericRecord> Read(byte[] file, Avro.Schema? reader = null)
    {
        using IFileReader<GenericRecord> source = reader is null ? DataFileReader<GenericRecord>.OpenReader(new MemoryStream(file)) : DataFileReader<GenericRecord>.OpenReader(new MemoryStream(file), reader);
        return [.. source.NextEntries];
    }
}
