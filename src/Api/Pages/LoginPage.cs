using System.Text;
using System.Text.Encodings.Web;
using PyWharf.Api.Sessions;

namespace PyWharf.Api.Pages;

/// <summary>The login page: one form, no script, nothing from elsewhere.</summary>
internal static class LoginPage
{
    private static readonly string Template = ReadTemplate();

    /// <param name="http">Where to.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="token">The CSRF token for the form.</param>
    /// <param name="next">Where to go afterwards; checked when it is used.</param>
    /// <param name="repository">What was typed before.</param>
    /// <param name="problem">Why it did not work, or null.</param>
    public static Task WriteAsync(HttpContext http, int status, string token, string next, string repository, string? problem)
    {
        var page = Encoding.UTF8.GetBytes(Fill(
            ("action", http.Request.PathBase.ToUriComponent() + "/login/"),
            ("csrf_field", SessionCookie.CsrfField),
            ("csrf_token", token),
            ("next", next),
            ("repository", repository),
            ("problem", problem ?? "")));

        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = page.Length;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(page).AsTask();
    }

    /// <summary>Every value is encoded here, and nowhere else; the template has them between quotes or as text.</summary>
    private static string Fill(params (string Name, string Value)[] values) =>
        values.Aggregate(new StringBuilder(Template), (page, value) => page.Replace($"{{{{{value.Name}}}}}", HtmlEncoder.Default.Encode(value.Value)))
            .ToString();

    private static string ReadTemplate()
    {
        using var stream = typeof(LoginPage).Assembly.GetManifestResourceStream("PyWharf.Api.Pages.Login.html")
            ?? throw new InvalidOperationException("The login page is not in the assembly.");
        using var reader = new StreamReader(stream);

        return reader.ReadToEnd();
    }
}
