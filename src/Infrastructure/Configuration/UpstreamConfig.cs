using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Configuration;

/// <summary>The upstream index of a repository: <c>[NAME.upstream]</c> in config.toml.</summary>
/// <param name="Url">The absolute http or https URL of its project list, without credentials.</param>
/// <param name="Mode">How clients get its files.</param>
/// <param name="Rules">What may come from there.</param>
/// <param name="MaxCacheBytes">How many bytes of files are kept, for <see cref="UpstreamMode.Cache"/>.</param>
/// <param name="MaxStale">How long kept pages are served while the index is away.</param>
/// <param name="User">The user name for the index; empty for none.</param>
/// <param name="Password">Where the password for the index is. Only its variable or file: it is sent to another server.</param>
public sealed record UpstreamConfig(
    Uri Url, UpstreamMode Mode, UpstreamRules Rules, long MaxCacheBytes, TimeSpan MaxStale, string User, UpstreamPassword? Password)
{
    /// <summary>Its part that is no secret, and no rule.</summary>
    public UpstreamSettings Settings => new(Url, Mode, HasPassword: Password is not null);

    /// <summary>User and password; null where there is no user. Only after <see cref="WithPassword"/>.</summary>
    public (string User, Secret Password)? Credentials { get; private init; }

    /// <summary>The same with its password read from the variable or file that holds it.</summary>
    /// <param name="problem">What is wrong with that, with its position; null if nothing is.</param>
    internal UpstreamConfig WithPassword(out string? problem)
    {
        var password = "";
        problem = Password?.Resolve(out password);

        return problem is null && User.Length > 0 ? this with { Credentials = (User, new Secret(password)) } : this;
    }
}
