using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Security.Authentication;

namespace PyWharf.Infrastructure.Doctor;

/// <summary>Runs all checks of a deployment, one after the other: some 40 requests, of which none writes unless uploading is allowed.</summary>
public static class Checkup
{
    /// <summary>Limit of one check, for deployments that answer now and then a byte.</summary>
    private static readonly TimeSpan CheckLimit = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan UploadLimit = TimeSpan.FromMinutes(10);

    /// <summary>Runs the checks, and returns each finding as soon as it is there.</summary>
    /// <param name="url">The base URL, that of a repository, or that of an index.</param>
    /// <param name="user">User name for HTTP Basic.</param>
    /// <param name="password">The password; null to check what can be checked without.</param>
    /// <param name="mayUpload">Whether to upload a file, and delete it afterwards.</param>
    /// <param name="time">The clock, for the version of the uploaded file and the validity of certificates.</param>
    /// <param name="cancellationToken">Stops the checks.</param>
    public static async IAsyncEnumerable<Finding> RunAsync(
        Uri url, string user, string? password, bool mayUpload, TimeProvider time, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var deployment = new Deployment(url, user, password);
        Finding? vital = null;
        foreach (var probe in Probes(mayUpload, time))
        {
            var finding = vital is null
                ? await RunAsync(probe, deployment, probe is UploadProbe ? UploadLimit : CheckLimit, cancellationToken)
                : probe.Skipped($"not checked, because of {vital.Name}");
            vital ??= probe.IsVital && finding.Status is (CheckStatus.Failed or CheckStatus.Skipped) ? finding : null;
            yield return finding;
        }
    }

    private static IEnumerable<Probe> Probes(bool mayUpload, TimeProvider time) =>
    [
        new ConnectionProbe(),
        new TlsProbe(time),
        new RedirectProbe(),
        new ServerProbe(),
        new PrefixProbe(),
        new ChallengeProbe(),
        new AuthorizationProbe(),
        new RequestBufferingProbe(),
        new RefusedUploadProbe(),
        new BodySizeProbe(),
        new UploadProbe(mayUpload, time),
        new NegotiationProbe(),
        new ConditionalRequestProbe(),
        new SharedCacheProbe(),
        new DownloadProbe(),
        new CompressionProbe(),
        new RangeProbe(),
        new PlusSignProbe(),
        new CleanupProbe(),
    ];

    private static async Task<Finding> RunAsync(Probe probe, Deployment deployment, TimeSpan time, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        try
        {
            return await probe.RunAsync(deployment, limit.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException or AuthenticationException)
        {
            return probe.Failed($"the connection broke: {Innermost(exception).Message.TrimEnd('.')}", Clients.All);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return probe.Failed("no answer came in time", Clients.All);
        }
    }

    private static Exception Innermost(Exception exception) => exception.InnerException is { } inner ? Innermost(inner) : exception;
}
