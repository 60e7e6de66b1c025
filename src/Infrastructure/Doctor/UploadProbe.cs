namespace PyWharf.Infrastructure.Doctor;

/// <summary>Uploads a file of 16 MiB, where that is allowed.</summary>
internal sealed class UploadProbe(bool isAllowed, TimeProvider time) : Probe("upload")
{
    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (!isAllowed)
        {
            return Skipped("--upload uploads a file of 16 MiB, and deletes it");
        }

        var wheel = new ThrowawayWheel(time.GetUtcNow());
        using var form = wheel.ToForm();
        deployment.Attempted = wheel;
        var reply = await deployment.SendAsync(HttpMethod.Post, deployment.Index, isAnonymous: false, form, cancellationToken);
        deployment.Attempted = reply.Status is >= 400 and < 500 ? null : wheel;
        switch (reply.Status)
        {
            case 200:
                deployment.Uploaded = wheel;

                return Ok($"{wheel.Filename} of {wheel.Length / 1024 / 1024} MiB was uploaded");
            case 413 when reply.Text.Contains("this repository accepts", StringComparison.Ordinal):
                return Warning($"pywharf refuses a file of {wheel.Length / 1024 / 1024} MiB, by max_file_bytes of the repository: {reply.Text.Trim()}", Clients.Uploaders);
            case 413:
                return Failed(
                    $"the proxy refuses a file of {wheel.Length / 1024 / 1024} MiB (413), by client_max_body_size in nginx, or a condition on req.body_size in HAProxy", Clients.Uploaders, BodySizeProbe.LimitRemedy);
            case 401 or 403:
                return Skipped($"these credentials may not upload: {reply.Summary}");
            case 502 or 504:
                return Failed(
                    $"the proxy gave up an upload: {reply.Summary}", Clients.Uploaders, new Remedy("proxy_read_timeout 300s; proxy_send_timeout 300s;", "timeout server 300s"));
            default:
                return Failed($"an upload is answered {reply.Summary}", Clients.Uploaders);
        }
    }
}
