using PyWharf.Domain;

namespace PyWharf.Api.Hosting;

/// <summary>What <c>pywharf yank</c>, <c>unyank</c>, <c>delete</c> and <c>status</c> were asked to do.</summary>
internal sealed record DecisionOptions
{
    /// <summary>Name of the command.</summary>
    public required string Command { get; init; }

    /// <summary>Name of the repository, unchecked.</summary>
    public required string Repository { get; init; }

    /// <summary>Name of the project, unchecked.</summary>
    public required string Project { get; init; }

    /// <summary>A version or a file name; empty for <c>status</c>.</summary>
    public string Selection { get; init; } = "";

    /// <summary>The new status; null where the present one is asked for.</summary>
    public StatusMarker? Status { get; init; }

    /// <summary>Why, for people; null where nobody said.</summary>
    public string? Reason { get; init; }

    /// <summary>Full path of the server's folder.</summary>
    public required string Root { get; init; }

    /// <summary>The configuration's file; null for the one that the server on <see cref="Root"/> uses.</summary>
    public string? Config { get; init; }

    /// <summary>The write secret; null for the one in the configuration.</summary>
    public string? Secret { get; init; }

    /// <summary>Whether a person at a terminal is not asked before something is deleted.</summary>
    public bool IsConfirmed { get; init; }

    /// <summary>Without members: the secret is among them.</summary>
    public override string ToString() => $"{nameof(DecisionOptions)} {Command} {Repository} {Project}";
}
