namespace PyWharf.Application.Ports;

/// <summary>The two TOML documents that configure a server.</summary>
/// <param name="Config">Text of config.toml.</param>
/// <param name="AdminSecret">Text of admin_secret.toml; null where there is none.</param>
public sealed record ConfigurationDocuments(string Config, string? AdminSecret)
{
    /// <summary>What messages call the first: its path, where it has one.</summary>
    public string ConfigName { get; init; } = "config.toml";

    /// <summary>
    /// Whether somebody sent them who showed no secret: what they point to on this machine, a variable or a file, is then not sent to a server that
    /// they name.
    /// </summary>
    public bool AreOfStranger { get; init; }

    /// <summary>What messages call the second.</summary>
    public string AdminSecretName { get; init; } = "admin_secret.toml";
}
