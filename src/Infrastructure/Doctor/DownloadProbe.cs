using System.Security.Cryptography;

namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether a file and its metadata document arrive as the index describes them.</summary>
internal sealed class DownloadProbe() : PageProbe("download")
{
    private static readonly string[] InternalHeaders = ["X-Accel-Redirect", "X-Sendfile"];

    private static readonly Remedy LocationRemedy = new(
        "# look at location and rewrite rules; with --accel_redirect also at the location /_files/ and the user's right to read ROOT", "# look at http-request set-path and deny rules");

    protected override async Task<Finding> CheckAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (await SampleFile.FindAsync(deployment, cancellationToken) is not { } sample)
        {
            return Skipped("checks of files need a package below 16 MiB in the index, or --upload");
        }

        var reply = await deployment.GetAsync(sample.Url, cancellationToken, ("Accept-Encoding", "identity"));
        if (reply.TargetFrom(sample.Url) is { } target)
        {
            return Ok($"files are served by {target.Host}, to which pywharf redirects: the proxy does not carry them");
        }

        if (Array.Find(InternalHeaders, header => reply[header] is not null) is { } unread)
        {
            return Failed(
                $"{sample.Filename} comes as an empty answer with {unread}, which is for the proxy",
                Clients.Installers,
                new Remedy(
                    "location /_files/ { internal; alias /srv/pywharf/; }  # ROOT, for pywharf server --accel_redirect=/_files/",
                    "# HAProxy sends no files: start pywharf without --accel_redirect and --sendfile"));
        }

        if (reply.Status != 200)
        {
            // With a plus sign alone, that is another check's.
            deployment.Sample = sample.Filename.Contains('+', StringComparison.Ordinal) ? sample : null;

            return deployment.Sample is null
                ? Failed(
                    $"{sample.Filename} is on the index, and its link answers {reply.Summary}",
                    Clients.Installers,
                    LocationRemedy)
                : Skipped("see plus_sign");
        }

        if (sample.Sha256 is not null && Convert.ToHexStringLower(SHA256.HashData(reply.Body)) != sample.Sha256)
        {
            return Failed(
                $"{sample.Filename} arrives with other bytes than the index says: {reply.Body.Length} in place of {sample.Size}",
                Clients.Installers,
                new Remedy("gzip off; proxy_max_temp_file_size 0;  # and no sub_filter", "# remove filter compression"));
        }

        deployment.Sample = sample with { Content = reply.Body };

        return await CheckMetadataAsync(deployment, sample, cancellationToken) ?? Ok($"{sample.Filename} arrives with the digest of the index");
    }

    /// <summary>The finding about the file's metadata document; null if nothing is wrong with it, or the index names none.</summary>
    private async Task<Finding?> CheckMetadataAsync(Deployment deployment, SampleFile sample, CancellationToken cancellationToken)
    {
        if (sample.MetadataSha256 is null)
        {
            return null;
        }

        var reply = await deployment.GetAsync(sample.MetadataUrl, cancellationToken, ("Accept-Encoding", "identity"));
        if (reply.Status == 200 && Convert.ToHexStringLower(SHA256.HashData(reply.Body)) == sample.MetadataSha256)
        {
            return null;
        }

        return Failed(
            $"{sample.Filename} arrives, but its .metadata document, by which clients resolve, "
            + (reply.Status == 200 ? "has other bytes than the index says" : $"is answered {reply.Summary}"),
            Clients.Installers,
            LocationRemedy);
    }
}
