using System.Collections.Generic;
using DataStream.Formats;
using DataStream.Formats.Csv;

namespace DataStream.Tests.Formats;

/// <summary>A file, and the rows and dead records that it gives. Texts are Latin-1, so that a character is a byte.</summary>
/// <param name="Dead"><c>reason line field raw</c>, <c>*</c> for anything; or <c>count × reason</c>.</param>
internal sealed record CsvCase(
    string Name, CsvOptions Options, DecodeField[] Fields, int MaxRecordSize, IReadOnlyList<string>? Shown, string Input, string Output, string[] Dead);
