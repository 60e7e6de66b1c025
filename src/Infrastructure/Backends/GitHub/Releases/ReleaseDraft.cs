using Microsoft.Extensions.Logging;
using PyWharf.Infrastructure.Backends.GitHub.Api;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>
/// A draft of a release, which only those with push access see, until it is published. A step without a response is looked up before it is repeated.
/// Disposing the draft deletes it unless it is, or may be, published.
/// </summary>
internal sealed partial class ReleaseDraft : IAsyncDisposable
{
    private static readonly TimeSpan LongestCleanup = TimeSpan.FromSeconds(30);

    private readonly PublishContext _publishing;
    private readonly GitHubRelease _draft;
    private readonly ILogger _logger;
    private bool _mayBePublished;

    private ReleaseDraft(PublishContext publishing, GitHubRelease draft, ILogger logger)
    {
        _publishing = publishing;
        _draft = draft;
        _logger = logger;
    }

    /// <summary>Creates a draft for a file.</summary>
    /// <returns>Null when a release of that name is published already.</returns>
    /// <exception cref="GitHubException">It failed. A draft that was created nevertheless is left to <see cref="DraftCleanup"/>.</exception>
    public static async Task<ReleaseDraft?> CreateAsync(PublishContext publishing, ILogger logger, CancellationToken cancellationToken)
    {
        var (api, token, source, _, reservation, time) = publishing;
        var note = DraftNote.Create(time.GetUtcNow());
        for (var tries = 1; ; tries++)
        {
            try
            {
                // Not cancelled once it is sent: nobody would delete the draft.
                return new ReleaseDraft(
                    publishing,
                    await reservation.WriteAsync(() => api.CreateDraftAsync(token, source.Name, note, CancellationToken.None), cancellationToken),
                    logger);
            }
            catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.AlreadyExists)
            {
                return null;
            }
            catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.Unavailable)
            {
                if (await FindAsync(publishing, note) is { } found)
                {
                    return new ReleaseDraft(publishing, found, logger);
                }

                if (tries == PublishContext.Tries)
                {
                    throw;
                }
            }
        }
    }

    /// <summary>Uploads the file, and its attestations where it has some.</summary>
    /// <returns>The file's asset; null when this draft is unusable and another one is needed.</returns>
    /// <exception cref="GitHubException">It is not uploaded.</exception>
    public async Task<GitHubAsset?> UploadAsync(CancellationToken cancellationToken)
    {
        var file = await AssetUpload.UploadAsync(_publishing, _publishing.Source, _draft, before: null, cancellationToken);

        return file is null || _publishing.Attestations is not { } attestations
            ? file
            : await AssetUpload.UploadAsync(_publishing, attestations, _draft, file, cancellationToken) is null ? null : file;
    }

    /// <summary>
    /// Publishes the draft with its text, in one request, which is not cancelled once it is sent.
    /// </summary>
    /// <returns>Null when somebody else published the name, or deleted the draft.</returns>
    /// <exception cref="GitHubException">It is not published; after <see cref="GitHubErrorKind.Unavailable"/> it may be.</exception>
    public async Task<GitHubRelease?> PublishAsync(string body, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                var published = await _publishing.Reservation.WriteAsync(
                    () => _publishing.Api.PublishAsync(_publishing.Token, _draft.Id, _publishing.Source.Name, body, CancellationToken.None),
                    tries == 1 ? cancellationToken : CancellationToken.None);
                _mayBePublished = true;

                return published;
            }
            catch (GitHubException exception) when (exception.Kind is GitHubErrorKind.Unavailable or GitHubErrorKind.AlreadyExists or GitHubErrorKind.NotFound)
            {
                _mayBePublished |= exception.Kind == GitHubErrorKind.Unavailable;
                var current = await _publishing.FindAsync(_draft.Id, CancellationToken.None);
                if (current is { Draft: false })
                {
                    _mayBePublished = true;

                    return current;
                }

                if (exception.Kind == GitHubErrorKind.AlreadyExists)
                {
                    // No request of ours can publish this draft any more, not even a delayed one.
                    _mayBePublished = false;
                }

                if (current is null || exception.Kind == GitHubErrorKind.AlreadyExists)
                {
                    return null;
                }

                if (exception.Kind == GitHubErrorKind.NotFound || tries == PublishContext.Tries)
                {
                    throw;
                }
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_mayBePublished)
        {
            return;
        }

        // A deletion creates no content, so it does not queue. It goes on when the upload is cancelled.
        using var limit = new CancellationTokenSource(LongestCleanup, _publishing.Time);
        for (var tries = 1; ; tries++)
        {
            try
            {
                await _publishing.Api.DeleteReleaseAsync(_publishing.Token, _draft.Id, limit.Token);
                return;
            }
            catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.NotFound)
            {
                return;
            }
            catch (GitHubException exception) when (exception.Kind == GitHubErrorKind.Unavailable && tries < PublishContext.Tries)
            {
                // If it took effect, the next attempt gets 404.
            }
            catch (Exception exception) when (exception is GitHubException or OperationCanceledException)
            {
                Log.Left(_logger, _publishing.Source.Name, exception.Message);
                return;
            }
        }
    }

    // A new draft is among the newest releases, once GitHub lists it.
    private static async Task<GitHubRelease?> FindAsync(PublishContext publishing, string note)
    {
        const int newest = 200;
        foreach (var seconds in new[] { 0, 2, 3 })
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), publishing.Time);
            await foreach (var release in publishing.Api.ListReleasesAsync(publishing.Token, CancellationToken.None).Take(newest))
            {
                if (release.Draft && release.TagName == publishing.Source.Name && DraftNote.Is(note, release.Body))
                {
                    return release;
                }
            }
        }

        return null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A draft of {Filename} was left on GitHub, to be deleted when it is an hour old: {Problem}")]
        public static partial void Left(ILogger logger, string filename, string problem);
    }
}
