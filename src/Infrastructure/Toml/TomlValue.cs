namespace PyWharf.Infrastructure.Toml;

/// <summary>A value and where it was read; the positions are empty for a value that a program made.</summary>
internal readonly record struct TomlValue
{
    private TomlValue(object content) => Content = content;

    /// <summary>
    /// A <see cref="string"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="DateTimeOffset"/>,
    /// <see cref="DateTime"/>, <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="TomlArray"/> or <see cref="TomlTable"/>,
    /// and nothing else.
    /// </summary>
    public object Content { get; }

    /// <summary>Where the value begins; for a table under a header, where its key stands in that header.</summary>
    public TomlPosition Position { get; init; }

    /// <summary>Where the key begins; for an element of an array, where the element begins.</summary>
    public TomlPosition KeyPosition { get; init; }

    /// <summary>What the specification calls this type of value.</summary>
    public string Kind => Content switch
    {
        string => "string",
        long => "integer",
        double => "float",
        bool => "boolean",
        DateTimeOffset => "offset date-time",
        DateTime => "local date-time",
        DateOnly => "local date",
        TimeOnly => "local time",
        TomlArray => "array",
        _ => "table",
    };

    public static implicit operator TomlValue(string content) => new(content);

    public static implicit operator TomlValue(long content) => new(content);

    public static implicit operator TomlValue(double content) => new(content);

    public static implicit operator TomlValue(bool content) => new(content);

    public static implicit operator TomlValue(DateTimeOffset content) => new(content);

    public static implicit operator TomlValue(DateTime content) => new(content);

    public static implicit operator TomlValue(DateOnly content) => new(content);

    public static implicit operator TomlValue(TimeOnly content) => new(content);

    public static implicit operator TomlValue(TomlArray content) => new(content);

    public static implicit operator TomlValue(TomlTable content) => new(content);
}
