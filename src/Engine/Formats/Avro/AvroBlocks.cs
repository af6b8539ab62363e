using System;
using System.Buffers;
using System.Buffers.Binary;

namespace DataStream.Formats.Avro;

/// <summary>Makes the blocks of a container file from the records that encoders wrote. The writer's thread.</summary>
/// <remarks>A block ends with the first record that brings it to <see cref="BlockSize"/>, or with the output: its bytes depend on the rows alone.</remarks>
public sealed class AvroBlocks(string codec)
{
    /// <summary>Bytes of records in a block, before it is compressed.</summary>
    public const int BlockSize = 64 * 1024;

    /// <summary>The bytes of a record's length.</summary>
    public const int Head = 4;

    /// <summary>Set in the length of the file's header.</summary>
    public const uint HeaderBit = 0x8000_0000;

    private readonly ArrayBufferWriter<byte> _head = new(Head);
    private readonly ArrayBufferWriter<byte> _block = new();
    private readonly ArrayBufferWriter<byte> _ready = new();
    private readonly byte[] _marker = new byte[AvroHeader.MarkerLength];
    private long _records;
    private bool _isHeader;
    private int _left; // bytes of the record, or header, that was begun

    /// <summary>What can be written to the file.</summary>
    public ReadOnlySpan<byte> Ready => _ready.WrittenSpan;

    public void ClearReady() => _ready.ResetWrittenCount();

    /// <summary>Takes what encoders wrote, in any pieces.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_left == 0)
            {
                int more = Math.Min(Head - _head.WrittenCount, bytes.Length);
                _head.Write(bytes[..more]);
                bytes = bytes[more..];
                if (_head.WrittenCount == Head)
                {
                    Begin(BinaryPrimitives.ReadUInt32LittleEndian(_head.WrittenSpan));
                }

                continue;
            }

            int length = Math.Min(_left, bytes.Length);
            (_isHeader ? _ready : _block).Write(bytes[..length]);
            bytes = bytes[length..];
            _left -= length;
            if (_left == 0)
            {
                End();
            }
        }
    }

    /// <summary>The last record was added.</summary>
    public void Complete()
    {
        if (_records > 0)
        {
            byte[]? packed = codec == "null" ? null : AvroCodec.Compress(codec, _block.WrittenSpan);
            ReadOnlySpan<byte> block = packed ?? _block.WrittenSpan;
            AvroDefaults.WriteLong(_records, _ready);
            AvroDefaults.WriteLong(block.Length, _ready);
            _ready.Write(block);
            _ready.Write(_marker);
            _block.ResetWrittenCount();
            _records = 0;
        }
    }

    private void Begin(uint head)
    {
        _isHeader = (head & HeaderBit) != 0;
        _left = (int)(head & ~HeaderBit);
        _head.ResetWrittenCount();
        if (_left == 0)
        {
            End(); // a row without columns
        }
    }

    private void End()
    {
        if (_isHeader)
        {
            _ready.WrittenSpan[^AvroHeader.MarkerLength..].CopyTo(_marker);
            return;
        }

        _records++;
        if (_block.WrittenCount >= BlockSize)
        {
            Complete();
        }
    }
}
