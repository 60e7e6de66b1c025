namespace PyWharf.Application.Ports;

/// <summary>The two TOML documents that configure a server.</summary>
/// <param name="Config">Text of config.toml.</param>
/// <param name="AdminSecret">Text of admin_secret.toml; null where there is none.</param>
public sealed record ConfigurationDocuments(string Config, string? AdminSecret)
{
    /// <summary>What messages call the first: its path, where it has one.</summary>
    public string ConfigName { get; init; } = "config.toml";

    /// <summary>What messages call the second.</summary>
    public string AdminSecretName { get; init; } = "admin_secret.toml";

    /// <summary>
    /// Which of the configurations that the root folder kept over time this one is; null where it came from elsewhere. It is another one after
    /// each POST /initialize/ of any server on that folder.
    /// </summary>
    public string? StoredAs { get; init; }
}
