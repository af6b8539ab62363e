namespace DataStream.Formats.Avro;

/// <summary>Goes over values without reading them, and checks that they are values of their schema.</summary>
internal static class AvroWalk
{
    /// <summary>Steps over a record.</summary>
    public static bool TrySkip(AvroStep[] steps, ref AvroCursor cursor, int depth)
    {
        if (depth > AvroCursor.MaxDepth)
        {
            return cursor.Fail(AvroFault.TooDeep);
        }

        foreach (ref readonly AvroStep step in new System.ReadOnlySpan<AvroStep>(steps))
        {
            bool isSound;
            switch (step.Kind)
            {
                case AvroStepKind.Bytes:
                    isSound = cursor.TrySkip(step.Length);
                    break;
                case AvroStepKind.Long:
                    isSound = cursor.TryLong(out _);
                    break;
                case AvroStepKind.Text:
                    isSound = cursor.TryLength(out int length);
                    cursor.At += isSound ? length : 0;
                    break;
                case AvroStepKind.Int:
                    isSound = cursor.TryInt(out _);
                    break;
                case AvroStepKind.Optional when (uint)cursor.At < (uint)cursor.Bytes.Length && cursor.Bytes[cursor.At] == step.Length:
                    cursor.At++;
                    isSound = true;
                    break;
                default:
                    isSound = TrySkip(step.Schema, ref cursor, depth + 1);
                    break;
            }

            if (!isSound)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Steps over a value.</summary>
    public static bool TrySkip(AvroSchema schema, ref AvroCursor cursor, int depth)
    {
        long number;
        switch (schema.Kind)
        {
            case AvroKind.Boolean:
                return cursor.TrySkip(1) && (cursor.Bytes[cursor.At - 1] <= 1 || cursor.Fail());
            case AvroKind.Int:
                return cursor.TryInt(out _);
            case AvroKind.Long:
                return cursor.TryLong(out _);
            case AvroKind.Bytes or AvroKind.String:
                return cursor.TryLength(out int length) && cursor.TrySkip(length);
            case AvroKind.Enum:
                return cursor.TryLong(out number) && ((ulong)number < (ulong)schema.SymbolTexts.Length || cursor.Fail());
            case AvroKind.Union:
                return cursor.TryLong(out number) && ((ulong)number < (ulong)schema.Branches.Length || cursor.Fail())
                    && TrySkip(schema.Branches[(int)number], ref cursor, depth);
            case AvroKind.Array or AvroKind.Map:
                return TrySkipBlocks(schema, ref cursor, depth);
            case AvroKind.Record when schema.Length != 0:
                return TrySkip(schema.Steps, ref cursor, depth);
            default:
                return cursor.TrySkip((int)schema.Length);
        }
    }

    private static bool TrySkipBlocks(AvroSchema schema, ref AvroCursor cursor, int depth)
    {
        if (depth > AvroCursor.MaxDepth)
        {
            return cursor.Fail(AvroFault.TooDeep);
        }

        while (cursor.TryBlock(out long items, out long end))
        {
            if (items == 0)
            {
                return end < 0 || cursor.Fail();
            }

            // Items without bytes are as many as somebody claims, and passed over in no time.
            bool isEmpty = schema.Kind == AvroKind.Array && schema.Items!.Length == 0;
            for (; items > 0 && !isEmpty; items--)
            {
                bool isSound = (schema.Kind == AvroKind.Array || (cursor.TryLength(out int length) && cursor.TrySkip(length)))
                    && TrySkip(schema.Items!, ref cursor, depth + 1);
                if (!isSound)
                {
                    return false;
                }
            }

            if (end >= 0 && cursor.At != end)
            {
                return cursor.Fail();
            }
        }

        return false;
    }
}
