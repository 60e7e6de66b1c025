using System.Text;
using System.Text.Encodings.Web;

namespace PyWharf.Api.Pages;

/// <summary>An HTML page from an embedded template, without scripts or external resources.</summary>
internal sealed class HtmlPage
{
    private readonly string _template;

    /// <param name="name">The embedded template, such as <c>Login.html</c>.</param>
    public HtmlPage(string name) => _template = Read(name).Replace("{{style}}", Read("Style.css"), StringComparison.Ordinal);

    /// <param name="http">The request.</param>
    /// <param name="status">The status code.</param>
    /// <param name="values">Values of the placeholders in double braces; HTML-encoded here.</param>
    public Task WriteAsync(HttpContext http, int status, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var text = new StringBuilder(_template);
        foreach (var (name, value) in values)
        {
            text.Replace($"{{{{{name}}}}}", HtmlEncoder.Default.Encode(value));
        }

        var page = Encoding.UTF8.GetBytes(text.ToString());
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

    private static string Read(string name)
    {
        using var stream = typeof(HtmlPage).Assembly.GetManifestResourceStream($"PyWharf.Api.Pages.{name}")
            ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var reader = new StreamReader(stream);

        return reader.ReadToEnd();
    }
}
