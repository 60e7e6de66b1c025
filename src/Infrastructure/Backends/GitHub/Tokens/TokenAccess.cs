using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Tokens;

/// <summary>
/// What a caller's token may do with the repository on GitHub, asked once and believed for a while. Concurrent first questions about one token
/// share one call, and a bad token is not asked about again for a minute: GitHub locks out addresses that show many of them. It is a decoy too, for
/// repositories that are not there: they differ in nothing but that GitHub is not asked about what was shown for them.
/// </summary>
/// <param name="api">GitHub.</param>
/// <param name="own">The server's own token, by which GitHub's times are measured; null where nobody needs decoys.</param>
/// <param name="known">Tokens that were good before.</param>
/// <param name="quota">How many others are asked about.</param>
/// <param name="lifetimes">How long an answer is believed.</param>
/// <param name="time">The clock.</param>
internal sealed class TokenAccess(
    GitHubApi api, Secret? own, KnownTokens known, TokenQuota quota, AuthenticationLifetimes lifetimes, TimeProvider time) : IDecoy
{
    private static readonly TimeSpan OfNo = TimeSpan.FromMinutes(1);

    private static readonly Failure Flooded = new(
        FailureKind.Unavailable,
        "Too many tokens that GitHub does not know were shown here, so this one can't be checked now: try again in a minute.",
        TokenQuota.Window);

    // More tokens than a company has people and jobs; whoever invents tokens must not fill the memory.
    private const int MostTokens = 10_000;

    private readonly SingleFlightCache<string, Outcome<AccessLevel>> _answers = new(MostTokens, time);
    private readonly SingleFlightCache<(string Repository, string Token), Outcome<AccessLevel>> _pretended = new(MostTokens, time);
    private readonly DecoyTiming _times = new(() => MeasureAsync(api, own), time);

    /// <summary>What the token opens. <see cref="FailureKind.Unavailable"/> where GitHub can't be asked, and what is known is too old.</summary>
    public async ValueTask<Outcome<AccessLevel>> OfAsync(Secret token, ClientAddress from, AccessLevel wanted, CancellationToken cancellationToken) =>
        token.Reveal().Length == 0
            ? AccessLevel.None
            : await _answers.GetAsync(token.Fingerprint(), () => AskAsync(token, from), answer => LifetimeOf(answer, wanted), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<Outcome<AccessLevel>> GetAccessAsync(string repository, Secret secret, ClientAddress from, CancellationToken cancellationToken) =>
        secret.Reveal().Length == 0
            ? AccessLevel.None
            : await _pretended.GetAsync(
                (repository, secret.Fingerprint()), () => PretendAsync(from), answer => LifetimeOf(answer, AccessLevel.Read), cancellationToken);

    /// <summary>Asks anew the next time: GitHub has refused the token.</summary>
    public void Forget(Secret token) => _answers.Forget(token.Fingerprint());

    private async Task<Outcome<AccessLevel>> AskAsync(Secret token, ClientAddress from)
    {
        using var question = known.Contains(token) ? quota.Enter(from) : await quota.EnterAsync(from);
        if (question is null)
        {
            return Flooded;
        }

        var start = time.GetTimestamp();
        try
        {
            var level = await AskAsync(token);
            if (level == AccessLevel.None)
            {
                known.Remove(token);
                question.Refused();
                _times.Add(time.GetElapsedTime(start), trouble: null);
            }
            else
            {
                known.Add(token);
                question.Accepted();
            }

            return level;
        }
        catch (GitHubException exception)
        {
            var failure = FailureOf(exception);
            if (exception.Kind == GitHubErrorKind.Unavailable)
            {
                _times.Add(time.GetElapsedTime(start), failure);
            }

            return failure;
        }
    }

    private async Task<AccessLevel> AskAsync(Secret token)
    {
        try
        {
            var repository = await api.GetRepositoryAsync(token, CancellationToken.None);

            return repository.Permissions switch
            {
                { Push: true } when !repository.Archived => AccessLevel.Write,
                { Pull: true } or { Push: true } => AccessLevel.Read,

                // A public repository may be read by everybody, and says nothing of a token that was only made for reading it.
                null when !repository.Private => AccessLevel.Read,
                _ => AccessLevel.None,
            };
        }
        catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.Unauthorized or GitHubErrorKind.NotFound or GitHubErrorKind.Forbidden)
        {
            return AccessLevel.None;
        }
    }

    private async Task<Outcome<AccessLevel>> PretendAsync(ClientAddress from)
    {
        using var question = await quota.EnterAsync(from);
        if (question is null)
        {
            return Flooded;
        }

        if (await _times.SpendAsync() is { } trouble)
        {
            return trouble;
        }

        question.Refused();

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
        : answer.Value == AccessLevel.None ? OfNo

        // That a token may write is believed for a shorter time; that it may not, is what a new permission has to wait for.
        : wanted == AccessLevel.Write ? lifetimes.Write
        : lifetimes.Read;
}
