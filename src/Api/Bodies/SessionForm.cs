using PyWharf.Api.Sessions;
using PyWharf.Domain;

namespace PyWharf.Api.Bodies;

/// <summary>The form of a page that changes something. It takes a session and the CSRF token of that session, whatever the Authorization header says.</summary>
internal static class SessionForm
{
    // The longest one has a reason, percent-encoded.
    private const int MaxBytes = 16 * 1024;

    private static readonly Failure NotOfThisSession = new(
        FailureKind.Forbidden, "No page of your session sent this form, or the session has ended. Nothing was changed: log in, open the page again and repeat it.");

    /// <summary>
    /// Reads the form. <see cref="FailureKind.Forbidden"/> without a session, whose body is not read, and for any body without the token;
    /// the failures of <see cref="SmallForm.ReadAsync"/> only if the token is in the header.
    /// </summary>
    public static async Task<Outcome<SmallForm>> ReadAsync(HttpContext http)
    {
        if (SessionCookie.Find(http) is not { } session)
        {
            return NotOfThisSession;
        }

        var form = await SmallForm.ReadAsync(http.Request, MaxBytes, http.RequestAborted);
        var token = form.Failure is null ? form.Value[SessionCookie.CsrfField] : "";

        return SessionCookie.HasCsrfToken(http, session, token) ? form : NotOfThisSession;
    }
}
