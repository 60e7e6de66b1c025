namespace PyWharf.Api.Http;

/// <summary>Route registration of the modules.</summary>
internal static class EndpointRouteBuilderExtensions
{
    /// <summary>Maps GET and, with the same headers and no body, HEAD; <c>MapGet</c> answers HEAD with 405.</summary>
    public static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler) =>
        app.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler);

    /// <summary>
    /// Maps POST, and answers any other method with 405: at a path of one segment, which the page of a repository would take otherwise, the router
    /// does not do that by itself.
    /// </summary>
    public static IEndpointConventionBuilder MapPostOnly(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler)
    {
        app.Map(pattern, http =>
        {
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            http.Response.Headers.Allow = HttpMethods.Post;

            return Task.CompletedTask;
        }).ExcludeFromDescription();

        return app.MapPost(pattern, handler);
    }

    /// <summary>Maps a page for people, which is no part of the API (openapi.json).</summary>
    public static void MapPage(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler) =>
        app.MapRead(pattern, handler).ExcludeFromDescription();

    /// <summary>Maps what a form of a page for people is sent to.</summary>
    public static void MapForm(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler) =>
        app.MapPost(pattern, handler).ExcludeFromDescription();
}
