namespace PyWharf.Infrastructure.Toml;

/// <summary>A value and its position in the document; a value that was not read from one has no position.</summary>
internal readonly record struct TomlValue
{
    private TomlValue(object content) => Content = content;

    /// <summary>
    /// A <see cref="string"/>, <see cref="long"/>, <see cref="double"/>, <see cref="bool"/>, <see cref="DateTimeOffset"/>,
    /// <see cref="DateTime"/>, <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="TomlArray"/> or <see cref="TomlTable"/>,
    /// and nothing else.
    /// </summary>
    public object Content { get; }

    /// <summary>The start of the value; for a table with a header, the start of its key in the header.</summary>
    public TomlPosition Position { get; init; }

    /// <summary>The start of the key; for an element of an array, the start of the element.</summary>
    public TomlPosition KeyPosition { get; init; }

    /// <summary>The specification's name for this type of value.</summary>
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
