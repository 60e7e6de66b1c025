using System.Security.Cryptography;
using System.Text;
using PyWharf.Application.Packages;
using PyWharf.Domain;

namespace PyWharf.Api.Sessions;

/// <summary>The session as a request carries it.</summary>
internal static class SessionCookie
{
    /// <summary>The cookie that holds the session's id, and nothing else.</summary>
    public const string Name = "pywharf_session";

    /// <summary>The form field, and the header, that carry the session's CSRF token.</summary>
    public const string CsrfField = "csrf_token";

    private const string CsrfHeader = "X-CSRF-Token";

    /// <summary>What a change is answered that only carries a session's cookie.</summary>
    public static Failure MissingCsrfToken { get; } = new(
        FailureKind.Forbidden, $"A browser session changes nothing without its CSRF token ({CsrfField} or {CsrfHeader}).");

    /// <summary>The session of the request's cookie, or null.</summary>
    public static Session? Find(HttpContext http) =>
        http.Request.Cookies[Name] is { Length: > 0 } id ? http.RequestServices.GetRequiredService<SessionStore>().Find(id) : null;

    /// <summary>
    /// Whether a request may change something: with an Authorization header, or with the token of its session. What a page of another site has a
    /// browser send never gets here (<see cref="Middleware.CrossSiteRequestMiddleware"/>).
    /// </summary>
    public static bool AllowsChange(HttpContext http, UploadForm? form = null) =>
        http.Request.Headers.Authorization.Count > 0 || Find(http) is not { } session || HasCsrfToken(http, session, form?[CsrfField] ?? "");

    /// <summary>Whether the session's token came with the request: in its header, or as this field of its form.</summary>
    public static bool HasCsrfToken(HttpContext http, Session session, string field) =>
        FixedTimeEquals(session.CsrfToken, http.Request.Headers[CsrfHeader].ToString()) || FixedTimeEquals(session.CsrfToken, field);

    /// <summary>Whether two tokens are equal, in a time that tells nothing.</summary>
    public static bool FixedTimeEquals(string token, string sent) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(sent));

    /// <summary>Where and how a cookie of ours is kept: not for scripts, not across sites, not in the clear where there is TLS.</summary>
    public static CookieOptions Options(HttpContext http, TimeSpan lifetime) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lifetime,
        Path = http.Request.PathBase.HasValue ? http.Request.PathBase.Value : "/",
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
    };
}
