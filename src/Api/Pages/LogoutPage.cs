using PyWharf.Api.Sessions;

namespace PyWharf.Api.Pages;

/// <summary>The logout confirmation: following a link must not log out.</summary>
internal static class LogoutPage
{
    private static readonly HtmlPage Page = new("Logout.html");

    /// <param name="http">The request.</param>
    /// <param name="token">The session's CSRF token.</param>
    public static Task WriteAsync(HttpContext http, string token) => Page.WriteAsync(
        http,
        StatusCodes.Status200OK,
        ("action", http.Request.PathBase.ToUriComponent() + "/logout/"),
        ("csrf_field", SessionCookie.CsrfField),
        ("csrf_token", token));
}
