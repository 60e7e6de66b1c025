using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using PyWharf.Api.Commands;

namespace PyWharf.Api.Cli;

/// <summary><c>pywharf doctor URL</c>: checks a deployment through its proxy.</summary>
internal sealed class DoctorCommand : Command
{
    private const string Help = """
        check a deployment through its proxy, as pip, uv and twine use it

        Sends the requests of these clients: TLS, redirects, the path prefix, the formats of pages, passwords, downloads whole and
        in parts, uploads that are refused. Says what a client would break on, and the line for nginx and HAProxy that solves it.
        It makes some 40 small requests, none of which changes anything.
        Certificates are checked against the authorities of the system, or of SSL_CERT_FILE and SSL_CERT_DIR.

        Without --user and --password_env only what anybody can see is checked. With --upload a file of 16 MiB is uploaded to the
        project pywharf-doctor, under a version that nobody uses, downloaded, and deleted; for a repository without packages this
        is the only way to check downloads. It needs a credential that may write and, to delete the file, one that is admin.

        Exits with 0 if no client would break, also with warnings, and with 1 if one would.

        Examples:
          pywharf doctor https://pypi.example.com/pypi/
          export PASSWORD=write-me
          pywharf doctor https://pypi.example.com/simple/ --user=team --password_env=PASSWORD
          pywharf doctor https://pypi.example.com/team/ --password_env=PASSWORD --upload --json
        """;

    private readonly Positional _url = new("url", Http, "an http:// or https:// URL without user, password and query", """
        The base URL of the deployment, that of a repository, or that of its index (…/simple/).
        """)
    { Required = true };

    private readonly Option<string?> _user = Flag.Text("--user", "NAME", "a user name", """
        The user name, as clients send it: the name of the repository, or any with a token.
        Default: __token__.
        """);

    private readonly Option<string?> _passwordEnv = Flag.Text("--password_env", "VARIABLE", "the name of an environment variable", """
        The environment variable that holds the password.
        Default: none; checks that need one are skipped.
        """);

    private readonly Option<bool> _upload = Flag.Switch("--upload", """
        Upload a file, and delete it.
        Default: False.
        """);

    private readonly Option<bool> _json = Flag.Switch("--json", """
        Print one JSON document.
        Default: False.
        """);

    /// <param name="variable">Returns the value of an environment variable; null if it is not set.</param>
    /// <param name="run">Runs the checks.</param>
    public DoctorCommand(Func<string, string?> variable, Func<DoctorOptions, CancellationToken, Task<int>> run)
        : base("doctor", Help)
    {
        foreach (var option in (Option[])[_url, _user, _passwordEnv, _upload, _json])
        {
            Add(option);
        }

        SetAction((parsed, cancellationToken) => run(Read(parsed, variable), cancellationToken));
    }

    private DoctorOptions Read(ParseResult parsed, Func<string, string?> variable)
    {
        var (name, user, mayUpload) = (parsed.GetValue(_passwordEnv), parsed.GetValue(_user), parsed.GetValue(_upload));
        var password = name is null ? null : variable(name);
        if (name is not null && string.IsNullOrEmpty(password))
        {
            throw new UsageException("--password_env names an environment variable that is not set", this);
        }

        if (password is null && (mayUpload || user is not null))
        {
            throw new UsageException($"{(mayUpload ? "--upload" : "--user")} needs --password_env", this);
        }

        return new DoctorOptions
        {
            Url = new Uri(parsed.GetRequiredValue(_url)),
            User = user ?? "__token__",
            Password = password,
            MayUpload = mayUpload,
            IsJson = parsed.GetValue(_json),
        };
    }

    private static bool Http(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;

        return Uri.TryCreate(text, UriKind.Absolute, out var url)
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
            && url is { UserInfo: "", Query: "", Fragment: "" };
    }
}
