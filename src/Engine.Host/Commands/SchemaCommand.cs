using System.CommandLine;
using System.IO;
using DataStream.Config;

namespace DataStream.Host.Commands;

/// <summary><c>datastream schema</c>: the JSON Schema of the configuration, for editors.</summary>
internal static class SchemaCommand
{
    public static Command Create(TextWriter output)
    {
        var command = new Command("schema", "Prints the JSON Schema of the configuration, for editors");
        command.SetAction(_ =>
        {
            output.WriteLine(ConfigSchema.Json().TrimEnd());
            return 0;
        });
        return command;
    }
}
