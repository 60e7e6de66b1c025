using System.Security.Cryptography;
using System.Text;
using PyWharf.Application.Packages;
using PyWharf.Application.Sessions;
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

    /// <summary>The id in the request's cookie; null for a text that is none.</summary>
    public static string? IdOf(HttpContext http) =>
        http.Request.Headers.Cookie.Count > 0 && http.Request.Cookies[Name] is { } id && SessionToken.IsWellFormed(id) ? id : null;

    /// <summary>The session of the request's cookie, which <see cref="Middleware.SessionMiddleware"/> has loaded; null if there is none.</summary>
    public static Session? Find(HttpContext http) => http.Features.Get<Session>();

    /// <summary>Keeps the result of an action for the next page of the request's session.</summary>
    public static ValueTask LeaveNoticeAsync(HttpContext http, string notice) =>
        IdOf(http) is { } id ? Store(http).LeaveNoticeAsync(id, notice, http.RequestAborted) : default;

    /// <summary>The result of the last action of the request's session, once; null if there is none.</summary>
    public static ValueTask<string?> TakeNoticeAsync(HttpContext http) =>
        Find(http) is not null && IdOf(http) is { } id ? Store(http).TakeNoticeAsync(id, http.RequestAborted) : default;

    /// <summary>Ends the session of the request's cookie, if there is one.</summary>
    public static async ValueTask EndAsync(HttpContext http)
    {
        if (IdOf(http) is { } id)
        {
            // Whoever asked for it may be gone: the session ends nevertheless.
            await Store(http).EndAsync(id, CancellationToken.None);
            http.Features.Set<Session>(null);
        }
    }

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

    private static ISessionStore Store(HttpContext http) => http.RequestServices.GetRequiredService<ISessionStore>();
}
