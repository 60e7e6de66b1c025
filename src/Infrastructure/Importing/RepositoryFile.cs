using PyWharf.Application.Importing;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Importing;

/// <summary>A file of another repository.</summary>
internal sealed class RepositoryFile(Repository repository, Secret secret, IndexClient client, PackageFile file) : SourceFile(file.Filename.ToString())
{
    /// <inheritdoc/>
    public override async Task<MetadataFields?> ReadFieldsAsync(CancellationToken cancellationToken)
    {
        var fields = await repository.Backend.ReadFieldsAsync(secret, file, cancellationToken);

        return fields.Failure is null && fields.Value["name"] is not null ? fields.Value : null;
    }

    /// <inheritdoc/>
    public override async Task<Outcome<FetchedFile>> FetchAsync(IStaging staging, long maxBytes, CancellationToken cancellationToken)
    {
        var opened = await repository.Backend.OpenAsync(secret, file, cancellationToken);
        if (opened.Failure is { } unavailable)
        {
            return unavailable;
        }

        try
        {
            switch (opened.Value)
            {
                case Download.LocalFile(var path):
                    await using (var local = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan))
                    {
                        return await StageAsync(staging, local, maxBytes, cancellationToken);
                    }

                case Download.Content(var content):
                    await using (content)
                    {
                        return await StageAsync(staging, content, maxBytes, cancellationToken);
                    }

                case Download.Redirect(var location):
                    var fetched = await client.SendForFileAsync(
                        HttpMethod.Get,
                        location,
                        async (response, token) =>
                        {
                            await using var body = client.Guard(await response.Content.ReadAsStreamAsync(token));

                            return await StageAsync(staging, body, maxBytes, token);
                        },
                        cancellationToken);

                    return fetched.Failure is { } failure ? failure : fetched.Value;

                default:
                    throw new InvalidOperationException("A kind of download that is not known.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Failure(FailureKind.Unavailable, $"It can't be read: {exception.Message}");
        }
    }

    private async Task<Outcome<FetchedFile>> StageAsync(IStaging staging, Stream content, long maxBytes, CancellationToken cancellationToken)
    {
        var staged = await staging.StageAsync(content, maxBytes, StagedDigests, cancellationToken);

        return staged.Failure is { } failure ? failure : new FetchedFile(staged.Value, UploadedAt: null);
    }
}
