using PyWharf.Api.Sessions;

namespace PyWharf.Api.Pages;

/// <summary>The login page.</summary>
internal static class LoginPage
{
    private static readonly HtmlPage Page = new("Login.html");

    /// <param name="http">Where to.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="token">The CSRF token for the form.</param>
    /// <param name="next">Where to go afterwards; checked when it is used.</param>
    /// <param name="repository">What was typed before.</param>
    /// <param name="problem">Why it did not work, or null.</param>
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
