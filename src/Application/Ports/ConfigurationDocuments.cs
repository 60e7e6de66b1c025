namespace PyWharf.Application.Ports;

/// <summary>The two TOML documents that configure a server.</summary>
/// <param name="Config">Text of config.toml.</param>
/// <param name="AdminSecret">Text of admin_secret.toml; null where there is none.</param>
public sealed record ConfigurationDocuments(string Config, string? AdminSecret);
