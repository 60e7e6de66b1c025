using PyWharf.Application.Importing;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Importing;

/// <summary>A file at a URL.</summary>
internal sealed class IndexFile(IndexClient client, string filename, Uri location) : SourceFile(filename)
{
    /// <inheritdoc/>
    public override async Task<Outcome<FetchedFile>> FetchAsync(IStaging staging, long maxBytes, CancellationToken cancellationToken)
    {
        var fetched = await client.SendForFileAsync(
            HttpMethod.Get,
            location,
            async (response, token) =>
            {
                await using var body = client.Guard(await response.Content.ReadAsStreamAsync(token));
                var staged = await staging.StageAsync(body, maxBytes, StagedDigests, token);

                return staged.Failure is { } refused ? refused : Outcome.Of(new FetchedFile(staged.Value, response.Content.Headers.LastModified));
            },
            cancellationToken);

        return fetched.Failure is { } failure ? failure : fetched.Value;
    }

    /// <summary>
    /// Where the source names no SHA-256, the file is taken for the published one if its length and its time are those: a file that was imported has
    /// the time of its source.
    /// </summary>
    public override async Task<bool?> MatchesAsync(PackageFile published, CancellationToken cancellationToken)
    {
        if (await base.MatchesAsync(published, cancellationToken) is { } known)
        {
            return known;
        }

        var head = await client.SendForFileAsync(
            HttpMethod.Head,
            location,
            (response, _) => Task.FromResult((response.Content.Headers.ContentLength, response.Content.Headers.LastModified)),
            cancellationToken);

        return head.Failure is null && head.Value is var (length, modified)
            && length is not null && length == published.Size
            && modified is not null && (UploadedAt ?? modified) == published.UploadedAt
                ? true
                : null;
    }
}
