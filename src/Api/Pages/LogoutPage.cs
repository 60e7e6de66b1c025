using PyWharf.Api.Sessions;

namespace PyWharf.Api.Pages;

/// <summary>Asks whether to log out: a link must not do it.</summary>
internal static class LogoutPage
{
    private static readonly HtmlPage Page = new("Logout.html");

    /// <param name="http">Where to.</param>
    /// <param name="token">The session's CSRF token.</param>
    public static Task WriteAsync(HttpContext http, string token) => Page.WriteAsync(
        http,
        StatusCodes.Status200OK,
        ("action", http.Request.PathBase.ToUriComponent() + "/logout/"),
        ("csrf_field", SessionCookie.CsrfField),
        ("csrf_token", token));
}
