namespace PyWharf.Infrastructure.Doctor;

/// <summary>
/// Whether uploads are streamed. pywharf refuses an upload without credentials after its headers; behind a proxy that keeps the body back, this answer comes
/// after the whole body only.
/// </summary>
internal sealed class RequestBufferingProbe() : Probe("request_buffering")
{
    // Above the memory buffers of proxies, below nginx's default limit of 1 MB.
    private const int BodyBytes = 512 * 1024;
    private const int FirstBytes = 1024;

    private static readonly Remedy StreamRemedy = new("proxy_request_buffering off; proxy_http_version 1.1;", "no option http-buffer-request");

    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        using var connection = await RawConnection.OpenAsync(deployment.Index, cancellationToken);
        await connection.SendHeadAsync("POST", deployment.Index, cancellationToken, RawUpload.Headers(BodyBytes));
        await connection.SendAsync(new byte[FirstBytes], cancellationToken);
        var answer = connection.ReadAsync(cancellationToken);
        if (await Task.WhenAny(answer, Task.Delay(deployment.Wait, TimeProvider.System, cancellationToken)) == answer)
        {
            var reply = await answer;

            return reply.Status switch
            {
                401 => Ok("uploads are streamed to pywharf"),
                413 => Skipped("see body_size"),
                429 => Skipped("pywharf answers 429, as this address sent too many requests: try again in a minute"),
                _ => Failed($"an upload without credentials is answered {reply.Summary}, not 401", Clients.Uploaders),
            };
        }

        cancellationToken.ThrowIfCancellationRequested();
        await connection.SendAsync(new byte[BodyBytes - FirstBytes], cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deployment.Wait);
        try
        {
            await answer.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed("an upload without credentials is not answered at all", Clients.Uploaders);
        }

        return Failed(
            "the proxy buffers uploads: pywharf saw the request when its body was complete. Large uploads fill the proxy's disk, stand still while they are passed on, and time out there; a wrong password is told after the last byte",
            Clients.Uploaders,
            StreamRemedy);
    }
}
