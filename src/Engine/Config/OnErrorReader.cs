namespace DataStream.Config;

/// <summary>Reads <c>on_error</c> wherever it may stand.</summary>
/// <param name="hasDead">Whether there is a <c>dead</c> output; null where the outputs could not be read.</param>
internal sealed class OnErrorReader(bool? hasDead)
{
    private static readonly string[] s_words = ["skip", "dead_letter", "fail"];

    public OnError? Read(Settings settings)
    {
        if (settings.Scalar("on_error") is not { } scalar)
        {
            return null;
        }

        switch (scalar.Value)
        {
            case "skip":
                return OnError.Skip;
            case "fail":
                return OnError.Fail;
            case "dead_letter":
                if (hasDead == false)
                {
                    settings.Error(scalar, "no_dead_output", "dead letters need a 'dead' output in stream_output, such as {main: stdout, dead: file:dead.ndjson}");
                }

                return OnError.DeadLetter;
            default:
                settings.Error(scalar, "bad_value", $"'on_error' is skip, dead_letter or fail, not '{Texts.Short(scalar.Shown)}'{Spelling.SuggestNear(Texts.Short(scalar.Shown), s_words)}");
                return null;
        }
    }
}
