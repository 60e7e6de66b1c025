namespace PyWharf.Infrastructure.Toml;

/// <summary>Builds tables from keys and headers, by the rules against redefinition of https://toml.io/en/v1.1.0#table.</summary>
internal static class TomlTableBuilder
{
    /// <summary>Adds <c>a.b.c = value</c> to a table.</summary>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static TomlError? Add(TomlTable table, int depth, List<TomlKey> key, TomlValue value)
    {
        if (depth + key.Count - 1 > TomlReader.MaxDepth)
        {
            return new TomlError(TomlReader.TooDeep, key[TomlReader.MaxDepth - depth].Position);
        }

        for (var i = 0; i < key.Count - 1; i++)
        {
            var (name, position) = key[i];
            if (!table.TryGetValue(name, out var found))
            {
                table = Create(table, key[i], TomlTableOrigin.DottedKey);
                continue;
            }

            if (found.Content is not TomlTable { Origin: TomlTableOrigin.DottedKey or TomlTableOrigin.Implied } next)
            {
                return new TomlError($"{TomlText.Quote(name)} is complete since {found.KeyPosition}, a dotted key cannot add to it", position);
            }

            next.Origin = TomlTableOrigin.DottedKey;
            table = next;
        }

        var last = key[^1];
        return table.TryAdd(last.Name, value with { KeyPosition = last.Position }, out var first)
            ? null
            : new TomlError($"duplicate key {TomlText.Quote(last.Name)}, first at {first.KeyPosition}", last.Position);
    }

    /// <summary>Finds or creates the table of a header.</summary>
    /// <param name="root">The document.</param>
    /// <param name="name">The name in the header.</param>
    /// <param name="isArray">Whether it is <c>[[name]]</c>.</param>
    /// <param name="table">The table that the following keys belong to.</param>
    /// <returns>What is wrong with it; null if nothing is.</returns>
    public static TomlError? Open(TomlTable root, List<TomlKey> name, bool isArray, out TomlTable table)
    {
        table = root;
        if (name.Count > TomlReader.MaxDepth)
        {
            return new TomlError(TomlReader.TooDeep, name[TomlReader.MaxDepth].Position);
        }

        for (var i = 0; i < name.Count - 1; i++)
        {
            if (!table.TryGetValue(name[i].Name, out var value))
            {
                table = Create(table, name[i], TomlTableOrigin.Implied);
                continue;
            }

            var next = value.Content switch
            {
                TomlTable { Origin: not TomlTableOrigin.Inline } open => open,
                TomlArray { IsOpen: true } array => (TomlTable)array[^1].Content,
                _ => null,
            };
            if (next is null)
            {
                return new TomlError($"{TomlText.Quote(name[i].Name)} is complete since {value.KeyPosition}, a header cannot add to it", name[i].Position);
            }

            table = next;
        }

        return isArray ? Append(ref table, name[^1]) : Define(ref table, name[^1]);
    }

    private static TomlError? Define(ref TomlTable table, TomlKey key)
    {
        if (!table.TryGetValue(key.Name, out var value))
        {
            table = Create(table, key, TomlTableOrigin.Header);
            return null;
        }

        if (value.Content is not TomlTable { Origin: TomlTableOrigin.Implied } implied)
        {
            return new TomlError($"{TomlText.Quote(key.Name)} is already defined at {value.KeyPosition}", key.Position);
        }

        implied.Origin = TomlTableOrigin.Header;
        table = implied;
        return null;
    }

    private static TomlError? Append(ref TomlTable table, TomlKey key)
    {
        var element = new TomlTable { Origin = TomlTableOrigin.Header };
        var place = (TomlValue)element with { Position = key.Position, KeyPosition = key.Position };
        if (!table.TryGetValue(key.Name, out var value))
        {
            var created = new TomlArray { IsOpen = true };
            created.Add(place);
            table.Add(key.Name, (TomlValue)created with { Position = key.Position, KeyPosition = key.Position });
        }
        else if (value.Content is TomlArray { IsOpen: true } array)
        {
            array.Add(place);
        }
        else
        {
            return new TomlError($"{TomlText.Quote(key.Name)} is already defined at {value.KeyPosition}, and not as an array of tables", key.Position);
        }

        table = element;
        return null;
    }

    private static TomlTable Create(TomlTable table, TomlKey key, TomlTableOrigin origin)
    {
        var created = new TomlTable { Origin = origin };
        table.Add(key.Name, (TomlValue)created with { Position = key.Position, KeyPosition = key.Position });
        return created;
    }
}
