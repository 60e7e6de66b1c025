using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf health</c>: a health check for places without an HTTP client, such as the container image.</summary>
internal sealed class HealthCommand : Command
{
    private const string DefaultUrl = "http://127.0.0.1:8888/health";

    private const string Help = """
        ask a running server whether it answers

        Exits with 0 when the answer is 200, and with 1 when it is another one or does not come within four seconds.

        Examples:
          pywharf health
          pywharf health --url=http://127.0.0.1:8080/health
        """;

    private readonly Option<Uri> _url = Flag.Of("--url", "URL", new Uri(DefaultUrl), Http, "an http:// URL", $"""
        What to ask.
        Default: {DefaultUrl}.
        """);

    public HealthCommand(Func<Uri, CancellationToken, Task<int>> run)
        : base("health", Help)
    {
        Add(_url);
        SetAction((parsed, cancellationToken) => run(parsed.GetRequiredValue(_url), cancellationToken));
    }

    private static bool Http(string text, [MaybeNullWhen(false)] out Uri url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme == Uri.UriSchemeHttp && url.UserInfo.Length == 0;
}
