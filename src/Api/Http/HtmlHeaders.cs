namespace PyWharf.Api.Http;

/// <summary>Headers of every HTML response, besides its Content-Security-Policy.</summary>
internal static class HtmlHeaders
{
    public static void Apply(HttpResponse response)
    {
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin"; // paths here name private projects
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
    }
}
