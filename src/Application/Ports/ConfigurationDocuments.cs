namespace PyWharf.Application.Ports;

/// <summary>The two TOML documents that configure a server.</summary>
/// <param name="Config">Text of config.toml.</param>
/// <param name="AdminSecret">Text of admin_secret.toml; null if there is none.</param>
public sealed record ConfigurationDocuments(string Config, string? AdminSecret)
{
    /// <summary>The name of the first in messages: its path, if it has one.</summary>
    public string ConfigName { get; init; } = "config.toml";

    /// <summary>The name of the second in messages.</summary>
    public string AdminSecretName { get; init; } = "admin_secret.toml";

    /// <summary>
    /// Identifies this configuration among those stored in the root folder over time; null if it comes from elsewhere. It differs after each
    /// POST /initialize/ of any server on that folder.
    /// </summary>
    public string? StoredAs { get; init; }
}
