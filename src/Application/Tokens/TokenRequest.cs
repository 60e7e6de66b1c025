namespace PyWharf.Application.Tokens;

/// <summary>A token that somebody wants, as they wrote it: unchecked.</summary>
public sealed record TokenRequest
{
    /// <summary>What it is to be called.</summary>
    public string? Name { get; init; }

    /// <summary><c>read</c>, <c>write</c> or <c>admin</c>; null for <c>read</c>.</summary>
    public string? Permission { get; init; }

    /// <summary>Globs over the projects that it may change; null for all.</summary>
    public IReadOnlyList<string?>? Projects { get; init; }

    /// <summary>Globs over the projects that it may read, where those are more; null for the same.</summary>
    public IReadOnlyList<string?>? Reads { get; init; }

    /// <summary>CIDR blocks or addresses where its client may be; null or none for anywhere.</summary>
    public IReadOnlyList<string?>? Networks { get; init; }

    /// <summary>When it ends (<see cref="TokenExpiry"/>); null for never.</summary>
    public string? Expires { get; init; }
}
