using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Tokens;

/// <summary>The logins of the users to whom tokens belong, for the audit log: one request per token, and never a reason to fail.</summary>
internal sealed class TokenAccounts(GitHubApi api, TimeProvider time)
{
    // The token of a workflow or an app has no user.
    private const string NoUser = "github token";

    // More tokens than a company has people and jobs; bounds memory.
    private const int MostTokens = 10_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly TimeSpan FailureLifetime = TimeSpan.FromMinutes(1);

    private readonly SingleFlightCache<string, (string Name, TimeSpan Lifetime)> _names = new(MostTokens, time);

    /// <summary>The login, or <c>github token</c> if there is none or GitHub can't be asked.</summary>
    public async ValueTask<string?> GetAsync(Secret token) =>
        (await _names.GetAsync(token.Fingerprint(), () => LoadAsync(token), answer => answer.Lifetime, CancellationToken.None)).Name;

    private async Task<(string Name, TimeSpan Lifetime)> LoadAsync(Secret token)
    {
        using var deadline = new CancellationTokenSource(Deadline, time);
        try
        {
            return ((await api.GetUserAsync(token, deadline.Token)).Login, Lifetime);
        }
        catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.Forbidden)
        {
            return (NoUser, Lifetime);
        }
        catch (Exception exception) when (exception is GitHubException or OperationCanceledException)
        {
            return (NoUser, FailureLifetime);
        }
    }
}
