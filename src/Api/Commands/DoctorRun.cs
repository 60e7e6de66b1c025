using PyWharf.Infrastructure.Doctor;

namespace PyWharf.Api.Commands;

/// <summary>Runs the command doctor.</summary>
internal static class DoctorRun
{
    /// <summary>Returns 0 if no client would break; otherwise 1. The findings are on standard output, each as soon as it is there.</summary>
    public static async Task<int> RunAsync(DoctorOptions options, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        await foreach (var finding in Checkup.RunAsync(options.Url, options.User, options.Password, options.MayUpload, TimeProvider.System, cancellationToken))
        {
            findings.Add(finding);
            foreach (var line in options.IsJson ? [] : Lines(finding))
            {
                await Console.Out.WriteLineAsync(line);
            }
        }

        await Console.Out.WriteLineAsync(options.IsJson ? JsonOf(options.Url, findings) : Summary(findings));

        return Count(findings, CheckStatus.Failed) == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Lines(Finding finding)
    {
        yield return $"{finding.Status.ToString().ToLowerInvariant(),-8} {finding.Name}: {finding.Message}";
        if (finding.Clients.Count > 0)
        {
            yield return $"           concerns: {string.Join(", ", finding.Clients)}";
        }

        if (finding.Remedy is { } remedy)
        {
            yield return $"           nginx:    {remedy.Nginx}";
            yield return $"           haproxy:  {remedy.HAProxy}";
        }
    }

    private static string Summary(List<Finding> findings) =>
        $"{findings.Count} checks: {Count(findings, CheckStatus.Ok)} ok, {Count(findings, CheckStatus.Warning)} with a warning, "
        + $"{Count(findings, CheckStatus.Failed)} failed, {Count(findings, CheckStatus.Skipped)} skipped";

    private static string JsonOf(Uri url, List<Finding> findings) => JsonOutput.Of(
        new
        {
            Url = url,
            Checks = findings.Select(finding => new
            {
                finding.Name,
                finding.Status,
                finding.Message,
                finding.Clients,
                Remedy = finding.Remedy is null ? null : new { finding.Remedy.Nginx, Haproxy = finding.Remedy.HAProxy },
            }),
        });

    private static int Count(List<Finding> findings, CheckStatus status) => findings.Count(finding => finding.Status == status);
}
