namespace PyWharf.Application.Upstream;

/// <summary>A rule's decision against a project or file of an upstream index.</summary>
/// <param name="Rule">The key of the rule in config.toml: <c>deny</c>, <c>allow</c>, <c>min_age</c>, <c>reserve</c>.</param>
/// <param name="Reason">One sentence for people.</param>
/// <param name="Until">When it ends by itself; null if it does not, or that is not known.</param>
public sealed record Ruling(string Rule, string Reason, DateTimeOffset? Until = null);
