using System.Collections.Concurrent;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>
/// What a caller's token may do with the repository on GitHub, asked once and believed for a while. Concurrent first questions about one token
/// share one call, and a bad token is not asked about again for a minute: GitHub locks out addresses that show many of them.
/// </summary>
internal sealed class TokenAccess(GitHubApi api, AuthenticationLifetimes lifetimes, TimeProvider time)
{
    private static readonly TimeSpan OfNo = TimeSpan.FromMinutes(1);

    // So many tokens that GitHub does not know, in a minute, and no other unknown one is shown to it for a while: GitHub would lock this address
    // out, for good tokens too.
    internal const int MostBadTokens = 100;

    private static readonly Failure Flooded = new(
        FailureKind.Unavailable, "Too many tokens that GitHub does not know were shown here, so this one can't be checked now: try again in a minute.", OfNo);

    // More tokens than a company has people and jobs; whoever invents tokens must not fill the memory.
    private const int MostTokens = 10_000;

    private readonly SharedAnswers<string, Outcome<AccessLevel>> _known = new(MostTokens, time);
    private readonly Lock _lock = new();
    private readonly Queue<long> _bad = new();

    // Which GitHub has known before: a flood of others does not keep them from being asked about again.
    private readonly ConcurrentDictionary<string, bool> _good = new(StringComparer.Ordinal);

    /// <summary>What the token opens. <see cref="FailureKind.Unavailable"/> where GitHub can't be asked, and what is known is too old.</summary>
    public async ValueTask<Outcome<AccessLevel>> OfAsync(Secret token, AccessLevel wanted, CancellationToken cancellationToken) =>
        token.Reveal().Length == 0
            ? AccessLevel.None
            : await _known.GetAsync(token.Fingerprint(), () => AskAsync(token), answer => LifetimeOf(answer, wanted), cancellationToken);

    /// <summary>Asks anew the next time: GitHub has refused the token.</summary>
    public void Forget(Secret token) => _known.Forget(token.Fingerprint());

    private async Task<Outcome<AccessLevel>> AskAsync(Secret token)
    {
        if (IsFlooded() && !_good.ContainsKey(token.Fingerprint()))
        {
            return Flooded;
        }

        try
        {
            var repository = await api.GetRepositoryAsync(token, CancellationToken.None);
            if (_good.Count >= MostTokens)
            {
                _good.Clear();
            }

            _good[token.Fingerprint()] = true;

            return repository.Permissions switch
            {
                { Push: true } when !repository.Archived => AccessLevel.Write,
                { Pull: true } or { Push: true } => AccessLevel.Read,

                // A public repository may be read by everybody, and says nothing of a token that was only made for reading it.
                null when !repository.Private => AccessLevel.Read,
                _ => AccessLevel.None,
            };
        }
        catch (GitHubException exception) when (exception.Trouble is Trouble.BadToken or Trouble.NotFound or Trouble.Forbidden)
        {
            if (exception.Trouble == Trouble.BadToken)
            {
                _good.TryRemove(token.Fingerprint(), out _);
                lock (_lock)
                {
                    _bad.Enqueue(time.GetTimestamp());
                }
            }

            return AccessLevel.None;
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, "The token could not be checked");
        }
    }

    private bool IsFlooded()
    {
        lock (_lock)
        {
            while (_bad.TryPeek(out var at) && time.GetElapsedTime(at) >= OfNo)
            {
                _bad.Dequeue();
            }

            return _bad.Count >= MostBadTokens;
        }
    }

    private TimeSpan LifetimeOf(Outcome<AccessLevel> answer, AccessLevel wanted) =>
        answer.Failure is not null ? TimeSpan.Zero
        : answer.Value == AccessLevel.None ? OfNo

        // That a token may write is believed for a shorter time; that it may not, is what a new permission has to wait for.
        : wanted == AccessLevel.Write ? lifetimes.Write
        : lifetimes.Read;
}
