using PyWharf.Api.Sessions;

namespace PyWharf.Api.Pages;

/// <summary>The login page.</summary>
internal static class LoginPage
{
    private static readonly HtmlPage Page = new("Login.html");

    /// <param name="http">The request.</param>
    /// <param name="status">The status code.</param>
    /// <param name="token">The CSRF token of the form.</param>
    /// <param name="next">The URL to return to; validated on use.</param>
    /// <param name="repository">The repository entered before.</param>
    /// <param name="problem">Why the login failed, or null.</param>
    public static Task WriteAsync(HttpContext http, int status, string token, string next, string repository, string? problem) => Page.WriteAsync(
        http,
        status,
        ("action", http.Request.PathBase.ToUriComponent() + "/login/"),
        ("csrf_field", SessionCookie.CsrfField),
        ("csrf_token", token),
        ("next", next),
        ("repository", repository),
        ("problem", problem ?? ""));
}
