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

    // More tokens than a company has people and jobs; whoever invents tokens must not fill the memory.
    private const int MostTokens = 10_000;

    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    /// <summary>What the token opens. <see cref="FailureKind.Unavailable"/> where GitHub can't be asked and nothing is known.</summary>
    public async ValueTask<Outcome<AccessLevel>> OfAsync(Secret token, AccessLevel wanted, CancellationToken cancellationToken)
    {
        if (token.Reveal().Length == 0)
        {
            return AccessLevel.None;
        }

        var fingerprint = token.Fingerprint();
        if (_known.TryGetValue(fingerprint, out var known) && (!known.Answer.IsCompleted || IsFresh(known, wanted)))
        {
            return await known.Answer.WaitAsync(cancellationToken);
        }

        // Not the caller's cancellation: others may wait for the same answer.
        var asked = new Known(time.GetTimestamp(), new Lazy<Task<Outcome<AccessLevel>>>(() => AskAsync(token)));
        var current = known is null ? _known.GetOrAdd(fingerprint, asked) : _known.TryUpdate(fingerprint, asked, known) ? asked : _known.GetValueOrDefault(fingerprint, asked);
        if (_known.Count > MostTokens)
        {
            Forget();
        }

        var answer = await current.Answer.WaitAsync(cancellationToken);
        if (answer.Failure is not null)
        {
            _known.TryRemove(new(fingerprint, current));
        }

        return answer;
    }

    private async Task<Outcome<AccessLevel>> AskAsync(Secret token)
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
        catch (GitHubException exception) when (exception.Trouble is Trouble.BadToken or Trouble.NotFound or Trouble.Forbidden)
        {
            return AccessLevel.None;
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, "The token could not be checked");
        }
    }

    private bool IsFresh(Known known, AccessLevel wanted)
    {
        if (!known.Answer.IsCompletedSuccessfully)
        {
            return false;
        }

        var answer = known.Answer.Result; // it is there
        var lifetime = answer.Failure is not null ? TimeSpan.Zero
            : answer.Value == AccessLevel.None ? OfNo

            // That a token may write is believed for a shorter time; that it may not, is what a new permission has to wait for.
            : wanted == AccessLevel.Write ? lifetimes.Write
            : lifetimes.Read;

        return time.GetElapsedTime(known.AskedAt) < lifetime;
    }

    private void Forget()
    {
        foreach (var old in _known.OrderBy(pair => pair.Value.AskedAt).Take(MostTokens / 10))
        {
            _known.TryRemove(old);
        }
    }

    private sealed record Known(long AskedAt, Lazy<Task<Outcome<AccessLevel>>> Asking)
    {
        public Task<Outcome<AccessLevel>> Answer => Asking.Value;
    }
}
