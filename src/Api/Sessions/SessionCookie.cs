using System.Security.Cryptography;
using System.Text;
using PyWharf.Application.Packages;
using PyWharf.Domain;

namespace PyWharf.Api.Sessions;

/// <summary>The session cookie and CSRF token of a request.</summary>
internal static class SessionCookie
{
    /// <summary>The cookie with the session id.</summary>
    public const string Name = "pywharf_session";

    /// <summary>The form field for the CSRF token.</summary>
    public const string CsrfField = "csrf_token";

    private const string CsrfHeader = "X-CSRF-Token";

    /// <summary>The failure of a change that has a session cookie, but no valid CSRF token.</summary>
    public static Failure MissingCsrfToken { get; } = new(
        FailureKind.Forbidden, $"A browser session changes nothing without its CSRF token ({CsrfField} or {CsrfHeader}).");

    /// <summary>The session of the request's cookie, or null.</summary>
    public static Session? Find(HttpContext http) => IdOf(http) is { } id ? Store(http).Find(id) : null;

    /// <summary>Keeps the result of an action for the next page of the request's session.</summary>
    public static void Leave(HttpContext http, string notice) => Store(http).Leave(IdOf(http) ?? "", notice);

    /// <summary>The result of the last action of the request's session, once; null if there is none.</summary>
    public static string? TakeNotice(HttpContext http) => IdOf(http) is { } id ? Store(http).TakeNotice(id) : null;

    /// <summary>Ends the session of the request's cookie, if there is one.</summary>
    public static void End(HttpContext http) => Store(http).End(IdOf(http) ?? "");

    /// <summary>
    /// Whether a request may change something: with an Authorization header, or with the CSRF token of its session. Cross-site requests are refused
    /// before (<see cref="Middleware.CrossSiteRequestMiddleware"/>).
    /// </summary>
    public static bool AllowsChange(HttpContext http, UploadForm? form = null) =>
        http.Request.Headers.Authorization.Count > 0 || Find(http) is not { } session || HasCsrfToken(http, session, form?[CsrfField] ?? "");

    /// <summary>The form without the CSRF token, which is no part of what is published.</summary>
    public static UploadForm WithoutToken(UploadForm form) => form with { Fields = [.. form.Fields.Where(sent => sent.Key != CsrfField)] };

    /// <summary>Whether the request has the session's CSRF token: in its header, or in the given form field.</summary>
    public static bool HasCsrfToken(HttpContext http, Session session, string field) =>
        FixedTimeEquals(session.CsrfToken, http.Request.Headers[CsrfHeader].ToString()) || FixedTimeEquals(session.CsrfToken, field);

    /// <summary>Compares two tokens in fixed time.</summary>
    public static bool FixedTimeEquals(string token, string sent) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(sent));

    /// <summary>Options of cookies: HttpOnly, SameSite, and Secure over TLS.</summary>
    public static CookieOptions Options(HttpContext http, TimeSpan lifetime) => new()
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = lifetime,
        Path = http.Request.PathBase.HasValue ? http.Request.PathBase.Value : "/",
        SameSite = SameSiteMode.Lax,
        Secure = http.Request.IsHttps,
    };

    private static string? IdOf(HttpContext http) => http.Request.Cookies[Name] is { Length: > 0 } id ? id : null;

    private static SessionStore Store(HttpContext http) => http.RequestServices.GetRequiredService<SessionStore>();
}
