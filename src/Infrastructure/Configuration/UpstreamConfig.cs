using PyWharf.Application.Upstream;

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
    /// <summary>User and password; null where there is no user. Throws <see cref="InvalidOperationException"/> where <see cref="UpstreamPassword.Resolve"/> would name a problem.</summary>
    public (string User, string Password)? Credentials
    {
        get
        {
            var password = "";

            return User.Length == 0 ? null
                : Password?.Resolve(out password) is { } problem ? throw new InvalidOperationException(problem)
                : (User, password);
        }
    }
}
