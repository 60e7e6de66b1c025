using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>Why there is no answer from an index.</summary>
internal static class IndexFailure
{
    /// <summary>Never an empty page or a 404: an installer would take a private package from somewhere else.</summary>
    public static Failure NotReadYet { get; } = new(
        FailureKind.Unavailable,
        "The index of this repository is still being read from its storage: try again in a few seconds.",
        TimeSpan.FromSeconds(3));

    /// <summary>An upload is acknowledged when the index shows it.</summary>
    public static Failure NotShownYet { get; } = new(
        FailureKind.Unavailable,
        "The file is published, but the index of this repository does not show it yet, as it is being made anew: upload it again in a few seconds.",
        TimeSpan.FromSeconds(3));
}
