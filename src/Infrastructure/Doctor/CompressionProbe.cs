namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether archives are left as they are.</summary>
internal sealed class CompressionProbe() : FileProbe("compression")
{
    protected override async Task<Finding> CheckAsync(Deployment deployment, SampleFile sample, CancellationToken cancellationToken)
    {
        var reply = await deployment.GetAsync(sample.Url, cancellationToken, ("Accept-Encoding", "gzip, deflate"));

        return reply["Content-Encoding"] is { } coding and not "identity"
            ? Failed(
                $"the proxy compresses archives ({coding} of {sample.Filename}): clients that keep what was sent find another digest, and the length and ranges are lost. Archives are compressed already",
                Clients.Installers,
                new Remedy(
                    "gzip off;  # or: gzip_types application/vnd.pypi.simple.v1+json;  pywharf compresses its pages by itself",
                    "# remove filter compression, or: compression type text/html application/vnd.pypi.simple.v1+json"))
            : Ok("archives are not compressed again");
    }
}
