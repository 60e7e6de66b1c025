namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf backup</c>.</summary>
internal sealed record BackupOptions
{
    /// <summary>Full path of the server's folder.</summary>
    public required string Root { get; init; }

    /// <summary>Full path of the folder of the backup.</summary>
    public required string Target { get; init; }

    /// <summary>Path of the configuration file; null for the one that the server on <see cref="Root"/> uses.</summary>
    public string? Config { get; init; }

    /// <summary>Path of the file of admin secrets; null for the one in <see cref="Root"/>.</summary>
    public string? AdminSecret { get; init; }

    /// <summary>Whether packages are copied too.</summary>
    public bool Packages { get; init; }

    /// <summary>Whether the result is JSON.</summary>
    public bool IsJson { get; init; }
}
