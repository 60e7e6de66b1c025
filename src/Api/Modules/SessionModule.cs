using Carter;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;
using PyWharf.Api.Pages;
using PyWharf.Api.Sessions;
using PyWharf.Application.Access;
using PyWharf.Application.Administration;
using PyWharf.Application.Sessions;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>Login and logout of browsers, with the repository name and secret that pip and twine use.</summary>
internal sealed class SessionModule : ICarterModule
{
    // Double-submit token against login CSRF: the form's token must equal that of this cookie, which other sites can neither read nor set.
    private const string LoginCookie = "pywharf_login";

    private const string NoSuchSecret = "There is no such repository, or this is not one of its secrets.";

    private static readonly TimeSpan LoginLifetime = TimeSpan.FromHours(1);

    // The form has a name, a secret, a token and a return path.
    private const int MaxBytes = 16 * 1024;

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapRead("/login", ShowAsync);
        app.MapPost("/login", LogInAsync);
        app.MapRead("/logout", ShowLogoutAsync);
        app.MapPost("/logout", LogOutAsync);
    }

    private static Task ShowAsync(HttpContext http)
    {
        var next = http.Request.Query["next"].ToString();

        return ShowAsync(http, StatusCodes.Status200OK, next, RepositoryOf(http, next), problem: null);
    }

    private static Task ShowAsync(HttpContext http, int status, string next, string repository, string? problem) =>
        HtmlResult.WriteAsync<LoginPage, LoginForm>(http, new LoginForm(NewToken(http), next, repository, problem), status);

    /// <summary>The repository of the page that the visitor came from; empty if it is about none.</summary>
    private static string RepositoryOf(HttpContext http, string next) =>
        Redirect.IsLocalPath(next)
        && new PathString(next.Split('?')[0]).StartsWithSegments(http.Request.PathBase, out var path)
        && RepositoryName.TryParse(path.Value?.Split('/').ElementAtOrDefault(1), out var repository, out _) ? repository.ToString() : "";

    private static async Task LogInAsync(HttpContext http)
    {
        var read = await SmallForm.ReadAsync(http.Request, MaxBytes, http.RequestAborted);
        if (read.Failure is { } malformed)
        {
            await EarlyFailureResult.WriteAsync(http, malformed);

            return;
        }

        var form = read.Value;
        var next = form.All("next") is [var field, ..] ? field : http.Request.Query["next"].ToString();
        var repository = form["pkg_repo_name"];
        var token = http.Request.Cookies[LoginCookie];

        if (token is null || !SessionCookie.FixedTimeEquals(token, form[SessionCookie.CsrfField]))
        {
            await ShowAsync(http, StatusCodes.Status400BadRequest, next, repository, "This page was open for too long. Please try again.");

            return;
        }

        // A token finds its repository by itself; a secret that goes without a name is none to be tried.
        var credential = CredentialReader.Of(http, new Credential(repository, new Secret(form["pkg_repo_secret_raw"])));
        var login = repository.Length == 0 && !TokenText.IsWellFormed(credential.Secret)
            ? new Failure(FailureKind.Unauthenticated, NoSuchSecret)
            : await http.Sender().Send(new LogIn.Command(credential), http.RequestAborted);

        if (login.Failure is { Kind: FailureKind.Unauthenticated })
        {
            // A scheme unknown to browsers: Basic would open their own password dialog.
            http.Response.Headers.WWWAuthenticate = "Cookie realm=\"pywharf\"";
            await ShowAsync(http, StatusCodes.Status401Unauthorized, next, repository, NoSuchSecret);
        }
        else if (login.Failure is { } failure)
        {
            await FailureResult.WriteAsync(http, failure);
        }
        else
        {
            // A session that somebody else put into this browser ends here.
            await SessionCookie.EndAsync(http);
            var id = await http.RequestServices.GetRequiredService<ISessionStore>().BeginAsync(
                login.Value.Repository, credential, login.Value.Actor, http.RequestAborted);
            http.Response.Cookies.Append(SessionCookie.Name, id, SessionCookie.Options(http, SessionLimits.Lifetime));
            http.Response.Cookies.Delete(LoginCookie, SessionCookie.Options(http, TimeSpan.Zero));
            Redirect.ToLocal(http, next, otherwise: $"/{login.Value.Repository}/");
        }
    }

    private static Task ShowLogoutAsync(HttpContext http)
    {
        if (SessionCookie.Find(http) is { } session)
        {
            return HtmlResult.WriteAsync<LogoutPage, Visitor>(http, new Visitor(session.Repository, session.Actor.Name, session.CsrfToken));
        }

        Redirect.SeeOther(http, "/login/");

        return Task.CompletedTask;
    }

    private static async Task LogOutAsync(HttpContext http)
    {
        if (SessionCookie.Find(http) is { } session && await EndAsync(http, session) is { } failure)
        {
            await EarlyFailureResult.WriteAsync(http, failure);

            return;
        }

        http.Response.Cookies.Delete(SessionCookie.Name, SessionCookie.Options(http, TimeSpan.Zero));
        Redirect.SeeOther(http, "/login/");
    }

    private static async Task<Failure?> EndAsync(HttpContext http, Session session)
    {
        if (!SessionCookie.HasCsrfToken(http, session, field: ""))
        {
            var form = await SmallForm.ReadAsync(http.Request, MaxBytes, http.RequestAborted);
            if (form.Failure is { } malformed)
            {
                return malformed;
            }

            if (!SessionCookie.HasCsrfToken(http, session, form.Value[SessionCookie.CsrfField]))
            {
                return SessionCookie.MissingCsrfToken;
            }
        }

        await SessionCookie.EndAsync(http);
        await http.Sender().Send(
            new LogOut.Command(session.Repository, session.Actor, http.Connection.RemoteIpAddress, http.TraceIdentifier), CancellationToken.None);

        return null;
    }

    private static string NewToken(HttpContext http)
    {
        // The token of another tab is kept: its form is still open.
        var token = http.Request.Cookies[LoginCookie] is { } kept && SessionToken.IsWellFormed(kept) ? kept : SessionToken.New();
        http.Response.Cookies.Append(LoginCookie, token, SessionCookie.Options(http, LoginLifetime));

        return token;
    }
}
