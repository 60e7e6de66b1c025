using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Tokens;

/// <summary>
/// What a token may do with the repository on GitHub, cached. Concurrent requests for one token share one call, and a bad token is not checked again for a
/// minute: GitHub locks out addresses that send many of them. It is also the decoy for repositories that do not exist, which answer alike without sending
/// the token to GitHub.
/// </summary>
/// <param name="api">GitHub.</param>
/// <param name="own">The server's own token, with which response times are measured; null where no decoy is needed.</param>
/// <param name="known">Tokens that GitHub has accepted before.</param>
/// <param name="quota">Limits checks of other tokens.</param>
/// <param name="lifetimes">How long a permission is cached.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenAccess(
    GitHubApi api, Secret? own, KnownTokens known, TokenQuota quota, AuthenticationLifetimes lifetimes, TimeProvider time) : IDecoy
{
    private static readonly TimeSpan RefusalLifetime = TimeSpan.FromMinutes(1);

    private static readonly Failure TooManyTokens = new(
        FailureKind.Unavailable,
        "Too many tokens that GitHub does not know were shown here, so this one can't be checked now: try again in a minute.",
        TokenQuota.Window);

    // More tokens than a company has people and jobs; bounds memory.
    private const int MostTokens = 10_000;

    private readonly SingleFlightCache<string, Outcome<AccessLevel>> _cache = new(MostTokens, time);
    private readonly SingleFlightCache<(string Repository, string Token), Outcome<AccessLevel>> _decoys = new(MostTokens, time);
    private readonly DecoyTiming _decoyTiming = new(() => MeasureAsync(api, own), time);

    /// <summary>What the token may do. <see cref="FailureKind.Unavailable"/> where GitHub can't be asked, and no fresh answer is cached.</summary>
    public async ValueTask<Outcome<AccessLevel>> GetAsync(Secret token, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken) =>
        token.IsEmpty
            ? AccessLevel.None
            : await _cache.GetAsync(token.Fingerprint(), () => CheckAsync(token, from), level => LifetimeOf(level, wanted), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<Outcome<AccessLevel>> GetAccessAsync(string repository, Secret secret, ClientAddress from, CancellationToken cancellationToken) =>
        secret.IsEmpty
            ? AccessLevel.None
            : await _decoys.GetAsync(
                (repository, secret.Fingerprint()), () => RefuseAsync(from), level => LifetimeOf(level, AccessLevel.Read), cancellationToken);

    /// <summary>Has the token checked again the next time, as GitHub has refused it.</summary>
    public void Forget(Secret token) => _cache.Remove(token.Fingerprint());

    /// <inheritdoc cref="KnownTokens.Save"/>
    public void Save() => known.Save();

    private async Task<Outcome<AccessLevel>> CheckAsync(Secret token, ClientAddress from)
    {
        using var check = known.Contains(token) ? quota.Enter(from) : await quota.EnterAsync(from);
        if (check is null)
        {
            return TooManyTokens;
        }

        var start = time.GetTimestamp();
        try
        {
            var level = await CheckAsync(token);
            if (level == AccessLevel.None)
            {
                known.Remove(token);
                check.Refused();
                _decoyTiming.Add(time.GetElapsedTime(start), failure: null);
            }
            else
            {
                known.Add(token);
                check.Accepted();
            }

            return level;
        }
        catch (GitHubException exception)
        {
            var failure = FailureOf(exception);
            if (exception.Kind == GitHubErrorKind.Unavailable)
            {
                _decoyTiming.Add(time.GetElapsedTime(start), failure);
            }

            return failure;
        }
    }

    private async Task<AccessLevel> CheckAsync(Secret token)
    {
        try
        {
            var repository = await api.GetRepositoryAsync(token, CancellationToken.None);

            return repository.Permissions switch
            {
                { Push: true } when !repository.Archived => AccessLevel.Write,
                { Pull: true } or { Push: true } => AccessLevel.Read,

                // A public repository can be read by everybody, and may come without permissions.
                null when !repository.Private => AccessLevel.Read,
                _ => AccessLevel.None,
            };
        }
        catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.Unauthorized or GitHubErrorKind.NotFound or GitHubErrorKind.Forbidden)
        {
            return AccessLevel.None;
        }
    }

    private async Task<Outcome<AccessLevel>> RefuseAsync(ClientAddress from)
    {
        using var check = await quota.EnterAsync(from);
        if (check is null)
        {
            return TooManyTokens;
        }

        if (await _decoyTiming.SpendAsync() is { } failure)
        {
            return failure;
        }

        check.Refused();

        return AccessLevel.None;
    }

    private static async Task<Failure?> MeasureAsync(GitHubApi api, Secret? own)
    {
        try
        {
            _ = own is null ? null : await api.GetRepositoryAsync(own, CancellationToken.None);

            return null;
        }
        catch (GitHubException exception)
        {
            return exception.Kind is GitHubErrorKind.Unavailable or GitHubErrorKind.RateLimited ? FailureOf(exception) : null;
        }
    }

    private static Failure FailureOf(GitHubException exception) => GitHubFailure.Of(exception, "The token could not be checked");

    private TimeSpan LifetimeOf(Outcome<AccessLevel> answer, AccessLevel wanted) =>
        answer.Failure is not null ? TimeSpan.Zero
        : answer.Value == AccessLevel.None ? RefusalLifetime

        // Write access has a lifetime of its own; so has the lack of it, for which a new permission has to wait.
        : wanted == AccessLevel.Write ? lifetimes.Write
        : lifetimes.Read;
}
