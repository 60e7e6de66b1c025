using PyWharf.Domain;

namespace PyWharf.Application.Indexing;

/// <summary>Why there is no answer from an index.</summary>
internal static class IndexFailure
{
    /// <summary>Never an empty page or a 404: an installer would take a private package from somewhere else.</summary>
    public static Failure NotReadYet { get; } = new(
        FailureKind.Unavailable,
        "The index of this repository is still being read from its storage: try again in a few seconds.",
        TimeSpan.FromSeconds(3));
}
