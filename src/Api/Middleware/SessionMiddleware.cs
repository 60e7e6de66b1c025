using PyWharf.Api.Sessions;
using PyWharf.Application.Sessions;

namespace PyWharf.Api.Middleware;

/// <summary>Loads the browser session of a request, once, before anything asks for it (<see cref="SessionCookie.Find"/>).</summary>
internal sealed class SessionMiddleware(RequestDelegate next, ISessionStore sessions)
{
    public Task InvokeAsync(HttpContext http) => SessionCookie.IdOf(http) is { } id ? LoadAsync(http, id) : next(http);

    private async Task LoadAsync(HttpContext http, string id)
    {
        if (await sessions.FindAsync(id, http.RequestAborted) is { } session)
        {
            http.Features.Set(session);
        }

        await next(http);
    }
}
