using PyWharf.Domain;

namespace PyWharf.Integration.Backends;

/// <summary>What tests give to back ends to be called before a change becomes visible.</summary>
internal static class BeforeCommit
{
    /// <summary>Does nothing.</summary>
    public static Task<Failure?> Nothing() => Task.FromResult<Failure?>(null);
}
