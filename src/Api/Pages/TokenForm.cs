namespace PyWharf.Api.Pages;

/// <summary>The form that makes a token, as it is filled in: unchecked.</summary>
public sealed record TokenForm
{
    /// <summary>What it is to be called.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>read</c>, <c>write</c> or <c>admin</c>.</summary>
    public string Permission { get; init; } = "read";

    /// <summary>Globs over the projects that it may change, separated by commas or white space; empty for all.</summary>
    public string Projects { get; init; } = "";

    /// <summary>Globs over the projects that it may read; empty for the same.</summary>
    public string Reads { get; init; } = "";

    /// <summary>Where its client may be; empty for anywhere.</summary>
    public string Networks { get; init; } = "";

    /// <summary>When it ends, such as <c>90d</c>; empty for as late as it can.</summary>
    public string Expires { get; init; } = "";

    /// <summary>The day on which it ends, which goes before <see cref="Expires"/>; empty for none.</summary>
    public string ExpiresOn { get; init; } = "";

    /// <summary>Why no token was made; null if none was asked for.</summary>
    public string? Problem { get; init; }
}
