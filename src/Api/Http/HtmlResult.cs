using System.Text;
using PyWharf.Api.Pages;
using PyWharf.Api.Sessions;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>Writes a page for people.</summary>
internal static class HtmlResult
{
    // A page shows what its visitor may see: no cache shares it, and a browser asks again each time.
    private const string Caching = "private, no-cache";
    private const string Varying = "Authorization, Cookie, Accept";

    /// <summary>Writes a page that is about no repository.</summary>
    public static Task WriteAsync<TPage, TModel>(HttpContext http, TModel model, int status = StatusCodes.Status200OK)
        where TPage : Page<TModel> =>
        WriteAsync<TPage, TModel>(http, model, repository: null, AccessLevel.None, status);

    /// <summary>Writes a page.</summary>
    /// <param name="http">The request.</param>
    /// <param name="model">What the page shows.</param>
    /// <param name="repository">The repository that it is about; null for none.</param>
    /// <param name="access">What the visitor may do there.</param>
    /// <param name="status">The status code.</param>
    public static async Task WriteAsync<TPage, TModel>(
        HttpContext http, TModel model, RepositoryName? repository, AccessLevel access, int status = StatusCodes.Status200OK)
        where TPage : Page<TModel>
    {
        var context = ContextOf(http) with
        {
            Repository = repository,
            Access = access,
            Notice = status == StatusCodes.Status200OK && HttpMethods.IsGet(http.Request.Method) ? await SessionCookie.TakeNoticeAsync(http) : null,
        };
        var html = await http.RequestServices.GetRequiredService<PageRenderer>().RenderAsync<TPage>(
            new Dictionary<string, object?> { [nameof(Page<>.Context)] = context, [nameof(Page<>.Model)] = model });

        var bytes = Encoding.UTF8.GetBytes(html);
        var response = http.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = bytes.Length;
        if (response.Headers.CacheControl.Count == 0)
        {
            response.Headers.CacheControl = Caching;
        }

        response.Headers.Vary = Varying;
        response.Headers.ContentSecurityPolicy = http.RequestServices.GetRequiredService<PageOptions>().ContentSecurityPolicy;
        HtmlHeaders.Apply(response);

        await (HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(bytes).AsTask());
    }

    /// <summary>Writes the page of an error.</summary>
    /// <param name="http">The request.</param>
    /// <param name="status">The status code.</param>
    /// <param name="message">One sentence with the next step.</param>
    public static Task WriteErrorAsync(HttpContext http, int status, string message) =>
        WriteAsync<ErrorPage, ErrorDetails>(http, new ErrorDetails(status, message, http.TraceIdentifier), status);

    /// <summary>What a page knows of a request, whatever it is about.</summary>
    private static PageContext ContextOf(HttpContext http)
    {
        var session = SessionCookie.Find(http);

        return new PageContext(
            http.PageLinks(),
            session is null ? null : new Visitor(session.Repository, session.Actor.Name, session.CsrfToken));
    }
}
