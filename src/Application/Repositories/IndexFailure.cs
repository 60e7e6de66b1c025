using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>Failures of requests that need an index which is not available yet.</summary>
internal static class IndexFailure
{
    /// <summary>The index is not read yet. Not an empty page or a 404: an installer would then take a private package from another index.</summary>
    public static Failure NotReadYet { get; } = new(
        FailureKind.Unavailable,
        "The index of this repository is still being read from its storage: try again in a few seconds.",
        TimeSpan.FromSeconds(3));

    /// <summary>The upload is published but not in the index yet. An upload is acknowledged only once the index shows it.</summary>
    public static Failure NotShownYet { get; } = new(
        FailureKind.Unavailable,
        "The file is published, but the index of this repository does not show it yet, as it is being made anew: upload it again in a few seconds.",
        TimeSpan.FromSeconds(3));
}
