using PyWharf.Infrastructure.Database.PostgreSql;

namespace PyWharf.Api.Commands;

/// <summary>Options of <c>pywharf update_index</c>.</summary>
internal sealed record UpdateIndexOptions
{
    /// <summary>Type of the back end, as in the configuration: <c>file_system</c>, <c>github</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Name of the repository.</summary>
    public required string Name { get; init; }

    /// <summary>Full path of the server's folder; matters to back ends that keep their packages under it.</summary>
    public required string Root { get; init; }

    /// <summary>Path of the configuration file; null for the one that the server on <see cref="Root"/> uses, if there is one.</summary>
    public string? Config { get; init; }

    /// <summary>The database that servers share; null for none.</summary>
    public DatabaseUrl? Database { get; init; }

    /// <summary>The secret for the back end, from <c>--secret</c> or the variable that <c>--secret_env</c> names; never empty.</summary>
    public string? Secret { get; init; }

    /// <summary>
    /// The back end's own keys, by their name in the configuration (<c>read_secret</c>, <c>owner</c>), as text and unchecked.
    /// A flag without value is <c>true</c>.
    /// </summary>
    public required IReadOnlyDictionary<string, string> BackendKeys { get; init; }

    /// <summary>Stack traces on stderr; a failure is one line otherwise.</summary>
    public bool Debug { get; init; }

    /// <summary>Without members: secrets are among them.</summary>
    public override string ToString() => $"{nameof(UpdateIndexOptions)} {Type} {Name}";
}
