using Carter;
using PyWharf.Api.Http;
using PyWharf.Api.Pages;
using PyWharf.Api.Sessions;
using PyWharf.Application.Access;
using PyWharf.Application.Administration;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>The session of a browser: a person logs in with what pip and twine send by themselves.</summary>
internal sealed class SessionModule : CarterModule
{
    // A token in the form must equal the one in this cookie, which another site can neither read nor set: nobody can log a browser in
    // behind its user's back.
    private const string LoginCookie = "pywharf_login";

    private static readonly TimeSpan LoginLifetime = TimeSpan.FromHours(1);

    public SessionModule()
    {
        Get("/login", ShowAsync);
        Post("/login", LogInAsync);
        Get("/logout", LogOutAsync);
        Post("/logout", LogOutAsync);
    }

    private static Task ShowAsync(HttpContext http) =>
        LoginPage.WriteAsync(http, StatusCodes.Status200OK, NewToken(http), http.Request.Query["next"].ToString(), repository: "", problem: null);

    private static async Task LogInAsync(HttpContext http)
    {
        if (await http.Request.TryReadFormAsync(http.RequestAborted) is not { } form)
        {
            await FailureResult.WriteAsync(http, new Failure(FailureKind.Invalid, "The login page sends a form."));

            return;
        }

        var next = form.ContainsKey("next") ? form["next"].ToString() : http.Request.Query["next"].ToString();
        var repository = form["pkg_repo_name"].ToString();
        var token = http.Request.Cookies[LoginCookie];

        if (token is null || !SessionCookie.Same(token, form[SessionCookie.CsrfField].ToString()))
        {
            await LoginPage.WriteAsync(
                http, StatusCodes.Status400BadRequest, NewToken(http), next, repository, "This page was open for too long. Please try again.");

            return;
        }

        var credential = new Credential(repository, new Secret(form["pkg_repo_secret_raw"].ToString()));
        var access = await http.Sender().Send(new CheckAccess.Query(credential, Addressed: null, AccessLevel.Read), http.RequestAborted);

        if (repository.Length == 0 || access.Failure is { Kind: FailureKind.Unauthenticated })
        {
            // A scheme that browsers don't know: Basic would make them ask for a password of their own.
            http.Response.Headers.WWWAuthenticate = "Cookie realm=\"pywharf\"";
            await LoginPage.WriteAsync(
                http, StatusCodes.Status401Unauthorized, NewToken(http), next, repository, "There is no such repository, or this is not one of its secrets.");
        }
        else if (access.Failure is { } failure)
        {
            await FailureResult.WriteAsync(http, failure);
        }
        else
        {
            var sessions = http.RequestServices.GetRequiredService<SessionStore>();
            http.Response.Cookies.Append(
                SessionCookie.Name, sessions.Begin(credential), SessionCookie.Options(http, SessionStore.Lifetime));
            http.Response.Cookies.Delete(LoginCookie, SessionCookie.Options(http, TimeSpan.Zero));
            Redirect.ToLocal(http, next);
        }
    }

    private static Task LogOutAsync(HttpContext http)
    {
        if (http.Request.Cookies[SessionCookie.Name] is { } id)
        {
            http.RequestServices.GetRequiredService<SessionStore>().End(id);
        }

        http.Response.Cookies.Delete(SessionCookie.Name, SessionCookie.Options(http, TimeSpan.Zero));
        Redirect.SeeOther(http, "/login/");

        return Task.CompletedTask;
    }

    private static string NewToken(HttpContext http)
    {
        var token = SessionStore.NewToken();
        http.Response.Cookies.Append(LoginCookie, token, SessionCookie.Options(http, LoginLifetime));

        return token;
    }
}
