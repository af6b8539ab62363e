using System;
using System.IO;
using System.Runtime.InteropServices;

namespace DataStream.Bench;

/// <summary>simdjson On-Demand (C++) over the same bytes, as <c>bench/peers/simdjson</c> was built beside this program; one at a time.</summary>
internal sealed unsafe class SimdjsonPeer : IDisposable
{
    private const int HeapSize = 1 << 20;

    private static readonly string s_path = Path.GetFullPath("artifacts/bench/simdjson/libpeer.so");
    private static SimdjsonPeer? s_reading; // what the library calls back is static

    private readonly delegate* unmanaged<byte*, long, int, Columns*, delegate* unmanaged<int, void>, long> _read;
    private readonly Columns _columns;
    private RowTaker? _take;

    private SimdjsonPeer(nint library, int capacity)
    {
        _read = (delegate* unmanaged<byte*, long, int, Columns*, delegate* unmanaged<int, void>, long>)NativeLibrary.GetExport(library, "peer_read");
        Name = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "peer_name"))())!;
        _columns = new Columns
        {
            Times = (long*)Room(capacity), Devices = (long*)Room(capacity), Temperatures = (double*)Room(capacity), Pressures = (double*)Room(capacity), Statuses = (long*)Room(capacity),
            Heap = (byte*)NativeMemory.AlignedAlloc(HeapSize, 64), HeapSize = HeapSize, Capacity = capacity,
        };
    }

    /// <summary>Sees a row.</summary>
    public delegate void RowTaker(long time, ReadOnlySpan<byte> device, double temperature, double pressure, long status);

    /// <summary>Its version, and the instructions that it uses.</summary>
    public string Name { get; }

    /// <summary>Null where it was not built.</summary>
    /// <param name="capacity">Rows that are held at a time.</param>
    public static SimdjsonPeer? TryLoad(int capacity) => NativeLibrary.TryLoad(s_path, out nint library) ? new SimdjsonPeer(library, capacity) : null;

    public void Dispose()
    {
        foreach (nint room in (ReadOnlySpan<nint>)[(nint)_columns.Times, (nint)_columns.Devices, (nint)_columns.Temperatures, (nint)_columns.Pressures, (nint)_columns.Statuses, (nint)_columns.Heap])
        {
            NativeMemory.AlignedFree((void*)room);
        }
    }

    /// <summary>Reads all records into columns; how many there were.</summary>
    /// <param name="text">The records, and 64 bytes behind them.</param>
    /// <param name="isChanging">Keys may stand in any order, or be missing.</param>
    /// <param name="take">Sees the rows; null: they are forgotten.</param>
    public long Read(ReadOnlySpan<byte> text, bool isChanging, RowTaker? take)
    {
        (s_reading, _take) = (this, take);
        fixed (byte* start = text)
        fixed (Columns* columns = &_columns)
        {
            return _read(start, text.Length, isChanging ? 1 : 0, columns, take is null ? null : &Take);
        }
    }

    private static void* Room(int capacity) => NativeMemory.AlignedAlloc((nuint)capacity * sizeof(long), 64);

    [UnmanagedCallersOnly]
    private static void Take(int rows)
    {
        Columns columns = s_reading!._columns;
        for (int row = 0; row < rows; row++)
        {
            // A text is its place in the heap, and its length in the upper half.
            long device = columns.Devices[row];
            s_reading._take!(columns.Times[row], new ReadOnlySpan<byte>(columns.Heap + (int)device, (int)(device >> 32)), columns.Temperatures[row], columns.Pressures[row], columns.Statuses[row]);
        }
    }

    private struct Columns
    {
        public long* Times;
        public long* Devices;
        public double* Temperatures;
        public double* Pressures;
        public long* Statuses;
        public byte* Heap;
        public int HeapSize;
        public int Capacity;
    }
}
