using PyWharf.Application.Tokens;
using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf token new</c>, <c>list</c> and <c>revoke</c>.</summary>
internal sealed record TokenOptions
{
    /// <summary>Name of the command: new, list or revoke.</summary>
    public required string Command { get; init; }

    /// <summary>Name of the repository, unchecked; null to list the tokens of all.</summary>
    public string? Repository { get; init; }

    /// <summary>The token: for <c>revoke</c> its name, for <c>new</c> all of it.</summary>
    public TokenRequest Request { get; init; } = new();

    /// <summary>Whether a new token is printed for the configuration, and not kept (<c>--print_config</c>).</summary>
    public bool PrintsConfig { get; init; }

    /// <summary>Whether the list is JSON (<c>--json</c>).</summary>
    public bool IsJson { get; init; }

    /// <summary>Full path of the server's folder.</summary>
    public required string Root { get; init; }

    /// <summary>Path of the configuration file; null for the one that the server on <see cref="Root"/> uses.</summary>
    public string? Config { get; init; }

    /// <summary>The database that servers share; null for none.</summary>
    public DatabaseUrl? Database { get; init; }
}
