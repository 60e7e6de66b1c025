namespace PyWharf.Infrastructure.Doctor;

/// <summary>How large an upload the proxy lets through, by the length that a request announces; the body itself is not sent.</summary>
internal sealed class BodySizeProbe() : Probe("body_size")
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>Raises the limit of request bodies.</summary>
    public static readonly Remedy LimitRemedy = new(
        "client_max_body_size 5g;  # the default is 1m", "# raise the number in: http-request return status 413 if { req.body_size gt 5368709120 }");

    private static readonly long[] Sizes = [1024 * Mebibyte, 100 * Mebibyte, 10 * Mebibyte, Mebibyte];

    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        var refused = 0L;
        foreach (var size in Sizes)
        {
            if (!await IsRefusedAsync(deployment, size, cancellationToken))
            {
                return refused switch
                {
                    0 => Ok($"uploads of {Text(size)} pass"),
                    > 100 * Mebibyte => Warning($"the proxy refuses uploads of {Text(refused)} (413); {Text(size)} pass", Clients.Uploaders, LimitRemedy),
                    _ => Failed(Message(refused), Clients.Uploaders, LimitRemedy),
                };
            }

            refused = size;
        }

        return Failed(Message(refused), Clients.Uploaders, LimitRemedy);
    }

    private static string Message(long refused) => $"the proxy refuses uploads of {Text(refused)} (413): its limit of request bodies is below the size of many wheels";

    private static async Task<bool> IsRefusedAsync(Deployment deployment, long size, CancellationToken cancellationToken)
    {
        using var connection = await RawConnection.OpenAsync(deployment.Index, cancellationToken);
        await connection.SendHeadAsync("POST", deployment.Index, cancellationToken, RawUpload.Headers(size));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(deployment.Wait);
        try
        {
            return RawUpload.IsTooLarge(await connection.ReadAsync(limit.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false; // it waits for the body: too large is told by the headers
        }
    }

    private static string Text(long bytes) => bytes >= 1024 * Mebibyte ? $"{bytes / 1024 / Mebibyte} GiB" : $"{bytes / Mebibyte} MiB";
}
