namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether twine, which sends all before it reads, sees why an upload is refused, and whether the connection is usable after it.</summary>
internal sealed class RefusedUploadProbe() : Probe("refused_upload")
{
    private const int BodyBytes = 512 * 1024;

    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        using var connection = await RawConnection.OpenAsync(deployment.Index, cancellationToken);
        Reply refused;
        try
        {
            await connection.SendHeadAsync("POST", deployment.Index, cancellationToken, RawUpload.Headers(BodyBytes));
            await connection.SendAsync(new byte[BodyBytes], cancellationToken);
            refused = await connection.ReadAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            return Failed(
                $"the connection broke before the refusal of an upload could be read ({exception.Message}): twine reports a broken connection in place of a wrong password",
                Clients.Uploaders,
                new Remedy("lingering_close on; proxy_request_buffering off;", "option http-server-close  # and no option httpclose"));
        }

        if (RawUpload.IsTooLarge(refused))
        {
            return Skipped("see body_size");
        }

        if (refused["Connection"]?.Contains("close", StringComparison.OrdinalIgnoreCase) == true)
        {
            return Ok("clients see why an upload is refused, and the connection is closed after it");
        }

        try
        {
            await connection.SendHeadAsync("GET", deployment.Index, cancellationToken);
            var next = await connection.ReadAsync(cancellationToken);

            return next.Status == 400
                ? Failed("after a refused upload the connection is out of step: the next request gets 400", Clients.Uploaders, new Remedy("proxy_request_buffering off;", "option http-server-close"))
                : Ok("clients see why an upload is refused, and the connection goes on after it");
        }
        catch (IOException)
        {
            return Ok("clients see why an upload is refused, and the connection is closed after it");
        }
    }
}
