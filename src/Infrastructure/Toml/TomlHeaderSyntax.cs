namespace PyWharf.Infrastructure.Toml;

/// <summary><c>[table]</c> and <c>[[array of tables]]</c> headers.</summary>
internal static class TomlHeaderSyntax
{
    /// <summary>Reads a header and gives the table that it opens, with its depth below the document.</summary>
    public static bool TryRead(ref TomlCursor cursor, TomlTable root, out TomlTable table, out int depth)
    {
        table = root;
        depth = 0;
        cursor.Skip("[".Length);
        var isArray = cursor.TryTake('[');
        cursor.SkipBlanks();
        while (TomlKeySyntax.TryReadPart(ref cursor, out var name, out var position, out var isLast))
        {
            if (++depth > TomlReader.MaxDepth)
            {
                return cursor.Fail($"nested deeper than {TomlReader.MaxDepth} levels", position);
            }

            if (isLast)
            {
                return TryClose(ref cursor, isArray) && (isArray
                    ? TryAppend(ref cursor, ref table, name, position)
                    : TryDefine(ref cursor, ref table, name, position));
            }

            if (!TryEnter(ref cursor, ref table, name, position))
            {
                return false;
            }
        }

        return false;
    }

    private static bool TryClose(ref TomlCursor cursor, bool isArray) =>
        (cursor.TryTake(']') && (!isArray || cursor.TryTake(']')))
        || cursor.Fail(isArray ? "expected \"]]\" after the name of an array of tables" : "expected \"]\" after the name of a table");

    private static bool TryEnter(ref TomlCursor cursor, ref TomlTable table, string name, TomlPosition position)
    {
        if (!table.TryGetValue(name, out var value))
        {
            table = Create(table, name, position, TomlTableOrigin.Implied);
            return true;
        }

        var next = value.Content switch
        {
            TomlTable { Origin: not TomlTableOrigin.Inline } open => open,
            TomlArray { IsOpen: true } array => (TomlTable)array[^1].Content,
            _ => null,
        };
        if (next is null)
        {
            return cursor.Fail($"{TomlText.Quote(name)} is complete since {value.KeyPosition}, a header cannot add to it", position);
        }

        table = next;
        return true;
    }

    private static bool TryDefine(ref TomlCursor cursor, ref TomlTable table, string name, TomlPosition position)
    {
        if (!table.TryGetValue(name, out var value))
        {
            table = Create(table, name, position, TomlTableOrigin.Header);
            return true;
        }

        if (value.Content is not TomlTable { Origin: TomlTableOrigin.Implied } implied)
        {
            return cursor.Fail($"{TomlText.Quote(name)} is already defined at {value.KeyPosition}", position);
        }

        implied.Origin = TomlTableOrigin.Header;
        table = implied;
        return true;
    }

    private static bool TryAppend(ref TomlCursor cursor, ref TomlTable table, string name, TomlPosition position)
    {
        var element = new TomlTable { Origin = TomlTableOrigin.Header };
        var place = (TomlValue)element with { Position = position, KeyPosition = position };
        if (!table.TryGetValue(name, out var value))
        {
            var created = new TomlArray { IsOpen = true };
            created.Add(place);
            table.Add(name, (TomlValue)created with { Position = position, KeyPosition = position });
        }
        else if (value.Content is TomlArray { IsOpen: true } array)
        {
            array.Add(place);
        }
        else
        {
            return cursor.Fail(
                $"{TomlText.Quote(name)} is already defined at {value.KeyPosition}, and not as an array of tables", position);
        }

        table = element;
        return true;
    }

    private static TomlTable Create(TomlTable table, string name, TomlPosition position, TomlTableOrigin origin)
    {
        var created = new TomlTable { Origin = origin };
        table.Add(name, (TomlValue)created with { Position = position, KeyPosition = position });
        return created;
    }
}
