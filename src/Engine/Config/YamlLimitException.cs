using System;

namespace DataStream.Config;

/// <summary>An error that comes alone, carried out of <see cref="YamlReader"/>'s loop.</summary>
internal sealed class YamlLimitException(Place place, string code, string message) : Exception(message)
{
    public Place Place => place;

    public string Code => code;
}
