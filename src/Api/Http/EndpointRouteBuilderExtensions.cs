namespace PyWharf.Api.Http;

/// <summary>Route registration of the modules.</summary>
internal static class EndpointRouteBuilderExtensions
{
    /// <summary>Maps GET and, with the same headers and no body, HEAD; <c>MapGet</c> answers HEAD with 405.</summary>
    public static IEndpointConventionBuilder MapRead(this IEndpointRouteBuilder app, string pattern, RequestDelegate handler) =>
        app.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler);
}
