using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub;

/// <summary>Looks now and then for drafts that nobody will publish any more. That takes a walk through all releases, and is in no hurry.</summary>
internal sealed class Housekeeping(DraftRepair drafts, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    private DateTimeOffset _next;

    public async Task RunAsync(Secret token, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() < _next)
        {
            return;
        }

        _next = time.GetUtcNow() + Pause;
        try
        {
            await drafts.RepairAsync(token, cancellationToken);
        }
        catch (GitHubException exception) when (exception.Trouble is Trouble.Forbidden or Trouble.NotFound)
        {
            // A token that only reads is enough for a server; whoever may write sweeps.
        }
    }
}
