namespace PyWharf.Application.Upstream;

/// <summary>The upstream index of a repository, as it is configured.</summary>
/// <param name="Url">The URL of its project list, without credentials.</param>
/// <param name="Mode">How clients get its files.</param>
/// <param name="HasPassword">Whether it is asked with a password.</param>
public sealed record UpstreamSettings(Uri Url, UpstreamMode Mode, bool HasPassword);
