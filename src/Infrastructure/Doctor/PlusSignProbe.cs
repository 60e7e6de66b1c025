namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether a plus sign in a path arrives as such: local versions have one (<c>demo-1.0+local</c>), which clients send as <c>%2B</c>.</summary>
internal sealed class PlusSignProbe() : Probe("plus_sign")
{
    private static readonly Remedy RawPathRemedy = new(
        "proxy_pass http://127.0.0.1:8888;  # no path or variable after the host, and no rewrite: the path is passed on as it was sent", "# remove url_dec and regsub of the path");

    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (deployment.Sample is { } sample && sample.Filename.Contains('+', StringComparison.Ordinal))
        {
            var url = new Uri(sample.Url.AbsoluteUri.Replace("+", "%2B", StringComparison.Ordinal));
            var reply = await deployment.SendAsync(HttpMethod.Head, url, isAnonymous: false, content: null, cancellationToken);

            return reply.Status == 200 ? Arrives : Lost($"{sample.Filename} is on the index, and its link answers {reply.Status}");
        }

        if (deployment.AllowsAnonymousRead)
        {
            return Skipped("needs a file with a plus sign in its name, or --upload");
        }

        // A browser that must log in first is sent to the login page, with the path that pywharf saw.
        var probe = new Uri(deployment.Index, "pywharf-doctor/pywharf_doctor-0%2B1-py3-none-any.whl");
        var login = await deployment.GetAnonymouslyAsync(probe, cancellationToken, ("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"));
        if (login.TargetFrom(probe) is not { } target || !target.Query.Contains("next=", StringComparison.Ordinal))
        {
            return Skipped("needs a file with a plus sign in its name, or --upload");
        }

        var seen = Uri.UnescapeDataString(target.Query);

        return seen.Contains("pywharf_doctor-0+1-py3-none-any.whl", StringComparison.Ordinal) ? Arrives : Lost($"pywharf saw {seen[(seen.LastIndexOf('/') + 1)..]}");
    }

    private Finding Arrives => Ok("a plus sign arrives (%2B)");

    private Finding Lost(string seen) =>
        Failed($"%2B in a path does not arrive as a plus sign ({seen}): files of local versions, such as demo-1.0+cu121, are not found", Clients.Installers, RawPathRemedy);
}
