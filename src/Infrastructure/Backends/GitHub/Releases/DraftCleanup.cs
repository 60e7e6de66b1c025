using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>
/// Deletes drafts of uploads that did not finish, because the process died or GitHub was not reachable. A draft is never published here, as its metadata is
/// not known. Drafts of people are left alone. Not safe for concurrent use.
/// </summary>
internal sealed partial class DraftCleanup(GitHubApi api, TimeProvider time, ILogger logger)
{
    /// <summary>The age at which a draft counts as abandoned.</summary>
    internal static readonly TimeSpan Abandoned = TimeSpan.FromHours(1);

    private Dictionary<long, DateTimeOffset> _firstSeen = [];

    /// <summary>Deletes drafts of packages that are abandoned, or whose name is published.</summary>
    /// <param name="token">A token that may write; others do not see drafts.</param>
    /// <param name="cancellationToken">Cancels between two drafts.</param>
    /// <exception cref="GitHubException">Some drafts were not checked.</exception>
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

        // Drafts of the original program have no date: their age counts from when they were first seen.
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
            // Checked again: it may have been published since it was listed.
            var current = await api.GetReleaseAsync(token, draft.Id, cancellationToken);
            if (current.Draft && IsOfAnUpload(current))
            {
                await api.DeleteReleaseAsync(token, draft.Id, cancellationToken);
                Log.Deleted(logger, draft.TagName);
            }
        }
        catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.NotFound)
        {
            // Deleted by somebody else.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "A draft of {Filename} that an upload had left on GitHub was deleted")]
        public static partial void Deleted(ILogger logger, string filename);
    }
}
