namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf check_config</c>.</summary>
internal sealed record CheckConfigOptions
{
    /// <summary>Path of the configuration file.</summary>
    public required string Config { get; init; }

    /// <summary>Path of the file of admin secrets; null for none.</summary>
    public string? AdminSecret { get; init; }

    /// <summary>Whether the result is JSON.</summary>
    public bool IsJson { get; init; }
}
