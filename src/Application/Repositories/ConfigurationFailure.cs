using PyWharf.Domain;

namespace PyWharf.Application.Repositories;

/// <summary>Failures of a server that has no configuration.</summary>
internal static class ConfigurationFailure
{
    /// <summary>The database that has the configuration can't be reached (<see cref="IRepositories.IsConfigurationKnown"/>).</summary>
    public static Failure Unknown { get; } = new(
        FailureKind.Unavailable,
        "This server's configuration is in its database, which can't be reached now: repeat this in a moment.",
        TimeSpan.FromSeconds(5));
}
