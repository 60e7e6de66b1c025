namespace PyWharf.Infrastructure.Doctor;

/// <summary>What to change in the configuration of the proxy.</summary>
/// <param name="Nginx">Directives of nginx.</param>
/// <param name="HAProxy">Lines of HAProxy's configuration.</param>
public sealed record Remedy(string Nginx, string HAProxy);
