using System.Text;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Releases;

/// <summary>
/// Publishes files as releases: creates a draft, uploads the file, verifies it, and publishes the draft in one request. Readers see nothing before that,
/// and of concurrent publications of one name GitHub accepts one.
/// </summary>
internal sealed class ReleasePublisher(GitHubApi api, WriteQueue queue, TimeProvider time, ILogger logger)
{
    // The draft, the asset, the publication.
    private const int Writes = 3;

    private const string AttestationsSuffix = ".attestations";

    // A failed upload can make a draft unusable, and somebody can delete it.
    private const int Drafts = 3;

    /// <summary>
    /// Publishes a file, or finds the same bytes published under its name. <see cref="FailureKind.Conflict"/> where other bytes are. May be repeated after
    /// any failure. A failure leaves at most a draft, for <see cref="DraftCleanup"/>.
    /// </summary>
    /// <param name="token">A token that may write.</param>
    /// <param name="filename">Its name, which becomes that of the release, of the tag and of the asset.</param>
    /// <param name="staged">The file.</param>
    /// <param name="attestations">Attestations (PEP 740) that are kept beside it; null for none.</param>
    /// <param name="meta">The text of the release (<see cref="UploadMeta.Of"/>).</param>
    /// <param name="beforeCommit">Called before the draft is published; its failure is returned.</param>
    /// <param name="cancellationToken">Cancels, until the draft is being published.</param>
    public async Task<Outcome<PublishedRelease>> PublishAsync(
        Secret token,
        DistributionFilename filename,
        StagedFile staged,
        StagedFile? attestations,
        IReadOnlyList<KeyValuePair<string, string>> meta,
        Func<Task<Failure?>> beforeCommit,
        CancellationToken cancellationToken)
    {
        var body = ReleaseBody.Write(meta);
        if ((AssetRules.RefusalOf(filename, staged.Length) ?? body.Failure) is { } refused)
        {
            return refused;
        }

        var source = AssetSource.Of(filename.ToString(), staged);
        try
        {
            if (await api.FindReleaseAsync(token, source.Name, cancellationToken) is { } existing)
            {
                return TellApart(existing, source);
            }

            var reserved = queue.TryReserve(attestations is null ? Writes : Writes + 1);
            if (reserved.Failure is { } busy)
            {
                return busy;
            }

            using var reservation = reserved.Value;

            var attested = attestations is null ? null : AssetSource.Of(filename + AttestationsSuffix, attestations);

            return await PublishAsync(new PublishContext(api, token, source, attested, reservation, time), body.Value, beforeCommit, cancellationToken);
        }
        catch (GitHubException exception)
        {
            return GitHubFailure.Of(exception, $"{source.Name} was not published");
        }
    }

    private async Task<Outcome<PublishedRelease>> PublishAsync(
        PublishContext publishing, string body, Func<Task<Failure?>> beforeCommit, CancellationToken cancellationToken)
    {
        for (var drafts = 1; drafts <= Drafts; drafts++)
        {
            await using (var draft = await ReleaseDraft.CreateAsync(publishing, logger, cancellationToken))
            {
                var asset = draft is null ? null : await draft.UploadAsync(cancellationToken);
                if (draft is not null && asset is null)
                {
                    continue;
                }

                if (draft is not null && asset is not null)
                {
                    if (await beforeCommit() is { } failure)
                    {
                        return failure;
                    }

                    if (await draft.PublishAsync(body, cancellationToken) is { } published)
                    {
                        return new PublishedRelease(Publication.Published, AssetOf(published, publishing.Source) ?? asset, published);
                    }
                }
            }

            return await publishing.FindWinnerAsync(cancellationToken) is { } winner
                ? TellApart(winner, publishing.Source)
                : throw new GitHubException(GitHubErrorKind.Conflict, $"Somebody else is publishing or deleting {publishing.Source.Name}.");
        }

        throw new GitHubException(GitHubErrorKind.Unavailable, "GitHub spoilt one draft after the other.");
    }

    private static Outcome<PublishedRelease> TellApart(GitHubRelease existing, AssetSource source)
    {
        if (AssetOf(existing, source) is not { } asset)
        {
            return new Failure(
                FailureKind.Conflict,
                $"File already exists, but can't be read: the release {source.Name} on GitHub lacks its file, so nobody can install it and the name is taken. Delete that release and its tag on GitHub, then upload again.");
        }

        return source.HasDigestOf(asset) ?? (asset.Size == source.Size && Sha256In(existing.Body).Equals(source.Sha256))
            ? new PublishedRelease(Publication.AlreadyPublished, asset, existing)
            : new Failure(
                FailureKind.Conflict,
                $"File already exists: {source.Name} was published with other bytes; a published file never changes. Upload a new version.");
    }

    private static GitHubAsset? AssetOf(GitHubRelease release, AssetSource source) =>
        release.Assets.FirstOrDefault(asset => asset.IsWhole && asset.Name == source.Name);

    private static Sha256Digest? Sha256In(string? body) =>
        MetaFile.TryRead(Encoding.UTF8.GetBytes(body ?? ""), "body", out var meta, out _)
        && Sha256Digest.TryParse(meta.GetValueOrDefault("sha256"), out var digest)
            ? digest
            : null;
}
