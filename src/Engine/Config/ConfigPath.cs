using System.Globalization;

namespace DataStream.Config;

/// <summary>Dotted paths into configuration nodes: keys and, for lists, indices.</summary>
internal static class ConfigPath
{
    public static ConfigNode? Find(ConfigNode? node, string path)
    {
        foreach (string step in path.Split('.'))
        {
            node = Step(node, step);
        }

        return node;
    }

    public static Place PlaceOf(ConfigNode? node, string path, string? file)
    {
        Place place = file is null ? Place.Code : new Place(file, 1, 1);
        string[] steps = path.Split('.');
        for (int i = 0; i < steps.Length; i++)
        {
            ConfigNode? next = Step(node, steps[i]);
            if (next is null)
            {
                return place;
            }

            // A value stands at itself; a missing child of it is reported at its key.
            place = i == steps.Length - 1 ? next.Place
                : (node as ConfigMap)?.Find(steps[i])?.KeyPlace ?? next.Place;
            node = next;
        }

        return place;
    }

    private static ConfigNode? Step(ConfigNode? node, string step) => node switch
    {
        ConfigMap map => map[step],
        ConfigList list when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < list.Count => list[index],
        _ => null,
    };
}
