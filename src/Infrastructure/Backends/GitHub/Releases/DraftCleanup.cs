using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>
/// Deletes the drafts that uploads left behind, when a process died in the middle or GitHub was not to be reached. It never publishes one: what
/// belongs to it is not known. What a person drafted is left alone. Not for concurrent use.
/// </summary>
internal sealed partial class DraftCleanup(GitHubApi api, TimeProvider time, ILogger logger)
{
    /// <summary>As old is no draft that somebody still uploads to.</summary>
    internal static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private Dictionary<long, DateTimeOffset> _firstSeen = [];

    /// <summary>Deletes each draft of a package whose name was published meanwhile, or which is abandoned.</summary>
    /// <param name="token">Who may write; nobody else sees drafts.</param>
    /// <param name="cancellationToken">Stops between two drafts.</param>
    /// <exception cref="GitHubException">Not all were looked at.</exception>
    public async Task RepairAsync(Secret token, CancellationToken cancellationToken)
    {
        var drafts = new List<GitHubRelease>();
        var published = new HashSet<string>();
        await foreach (var release in api.ListReleasesAsync(token, cancellationToken))
        {
            if (!release.Draft)
            {
                published.Add(release.TagName);
            }
            else if (IsOfAnUpload(release))
            {
                drafts.Add(release);
            }
        }

        // The drafts of the original program do not tell their age: they are as old as we have known them.
        var now = time.GetUtcNow();
        _firstSeen = drafts.ToDictionary(
            draft => draft.Id, draft => DraftNote.TimeOf(draft.Body) ?? _firstSeen.GetValueOrDefault(draft.Id, now));

        foreach (var draft in drafts.Where(draft => published.Contains(draft.TagName) || now - _firstSeen[draft.Id] > Abandoned))
        {
            await DeleteAsync(token, draft, cancellationToken);
        }
    }

    private static bool IsOfAnUpload(GitHubRelease draft) =>
        DistributionFilename.TryParse(draft.TagName, out _) && DraftNote.IsOfAnUpload(draft.Body);

    private async Task DeleteAsync(Secret token, GitHubRelease draft, CancellationToken cancellationToken)
    {
        try
        {
            // A list takes time, and what is published is not deleted.
            var current = await api.GetReleaseAsync(token, draft.Id, cancellationToken);
            if (current.Draft && IsOfAnUpload(current))
            {
                await api.DeleteReleaseAsync(token, draft.Id, cancellationToken);
                Log.Deleted(logger, draft.TagName);
            }
        }
        catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.NotFound)
        {
            // Somebody else did.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "A draft of {Filename} that an upload had left on GitHub was deleted")]
        public static partial void Deleted(ILogger logger, string filename);
    }
}
