using System.Text;

namespace PyWharf.Infrastructure.Doctor;

/// <summary>Whether the Authorization header reaches pywharf.</summary>
internal sealed class AuthorizationProbe() : Probe("authorization")
{
    private static readonly Remedy PassRemedy = new(
        "proxy_set_header Authorization $http_authorization;  # and no auth_basic in this location", "# remove http-request del-header Authorization");

    public override async Task<Finding> RunAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        if (deployment.Password is null)
        {
            return Skipped("needs --user and --password_env");
        }

        var reply = deployment.AllowsAnonymousRead
            ? await SendEmptyUploadAsync(deployment, cancellationToken)
            : await deployment.GetAsync(deployment.Index, cancellationToken, Accept.Json);
        switch (reply.Status)
        {
            case 401 when await CanLogInAsync(deployment, cancellationToken):
                return Failed("the Authorization header is lost on its way: the login page accepts these credentials, and the header with them gets 401", Clients.All, PassRemedy);
            case 401:
                return Failed(
                    "401 for these credentials. Either user or password are wrong, or the Authorization header is lost on its way, or pywharf does not know the prefix of this URL", Clients.All, PassRemedy);
            case 429:
                return Skipped("pywharf answers 429, as this address sent too many requests or wrong credentials: try again in a minute");
            case >= 500:
                return Failed($"with credentials the answer is {reply.Summary}", Clients.All);
            default:
                deployment.IsReadable = deployment.AllowsAnonymousRead || reply.Status == 200;

                return Ok("the Authorization header arrives, and the credentials are accepted");
        }
    }

    /// <summary>A form without any field is refused (400), but not before its credentials.</summary>
    private static async Task<Reply> SendEmptyUploadAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        using var form = new StringContent("--x--\r\n", Encoding.ASCII) { Headers = { ContentType = new("multipart/form-data") { Parameters = { new("boundary", "x") } } } };

        return await deployment.SendAsync(HttpMethod.Post, deployment.Index, isAnonymous: false, form, cancellationToken);
    }

    /// <summary>Whether the same credentials are accepted in the body of the login form. Below a repository's own URL there is no login, but beside it.</summary>
    private static async Task<bool> CanLogInAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        // Any token will do, as long as cookie and form have the same.
        const string Token = "pywharf-doctor";

        var folder = deployment.Base.AbsolutePath.TrimEnd('/').Split('/')[^1];
        (Uri Url, string Repository)[] logins = [(new(deployment.Base, "login/"), deployment.User), (new(deployment.Base, "../login/"), folder)];
        foreach (var (url, repository) in logins)
        {
            using var form = new FormUrlEncodedContent([new("csrf_token", Token), new("pkg_repo_name", repository), new("pkg_repo_secret_raw", deployment.Password ?? "")]);
            var reply = await deployment.SendAsync(HttpMethod.Post, url, isAnonymous: true, form, cancellationToken, ("Cookie", $"pywharf_login={Token}"));
            if (reply.Status == 303 && reply["Set-Cookie"]?.Contains("pywharf_session", StringComparison.Ordinal) == true)
            {
                return true;
            }

            if (reply.Status == 401)
            {
                break; // a second wrong password would count, too
            }
        }

        return false;
    }
}
