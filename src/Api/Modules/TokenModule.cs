using Carter;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;
using PyWharf.Api.Sessions;
using PyWharf.Application.Access;
using PyWharf.Application.Administration;
using PyWharf.Application.Ports;
using PyWharf.Application.Tokens;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>The access tokens of a repository, as JSON, for its admins. Documented in /openapi.json and docs/api.md.</summary>
internal sealed class TokenModule : ICarterModule
{
    private const string Expected =
        "The body must be a JSON object with the keys \"name\", \"permission\" and \"expires\", which are strings, and \"projects\", \"reads\" and \"networks\", which are arrays of strings; only \"name\" is required.";

    private static readonly Failure NoSuchPage = new(FailureKind.NotFound, "There is no such page. Tokens are described at /openapi.json.");

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        foreach (var prefix in (string[])["", "/{repository}"])
        {
            app.MapRead($"{prefix}/api/tokens", ListAsync);
            app.MapPost($"{prefix}/api/tokens", CreateAsync);
            app.MapDelete($"{prefix}/api/tokens/{{name}}", RevokeAsync);
        }
    }

    private static async Task ListAsync(HttpContext http)
    {
        var answer = http.TryGetAddressed(out var addressed)
            ? await http.Sender().Send(new ListTokens.Query(CredentialReader.Read(http), addressed), http.RequestAborted)
            : NoSuchPage;

        await (answer.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : ManagementResponse.Tokens(answer.Value).WriteAsync(http));
    }

    private static Task CreateAsync(HttpContext http) => ChangeAsync(http, async (credential, addressed) =>
    {
        var request = await SmallJson.ReadAsync<TokenRequest>(http, Expected);
        if (request.Failure is { } malformed)
        {
            return malformed;
        }

        var terms = TokenTerms.Parse(request.Value, http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        if (terms.Failure is { } invalid)
        {
            return invalid;
        }

        var created = await http.Sender().Send(new CreateToken.Command(credential, addressed, terms.Value), http.RequestAborted);

        return created.Failure is { } failure ? failure : ManagementResponse.Created(created.Value);
    });

    private static Task RevokeAsync(HttpContext http) => ChangeAsync(http, async (credential, addressed) =>
    {
        if (!TokenName.TryParse(http.Route("name"), out var name, out var problem))
        {
            return new Failure(FailureKind.NotFound, $"There is no such token. {problem}");
        }

        var revoked = await http.Sender().Send(new RevokeToken.Command(credential, addressed, name), http.RequestAborted);

        return revoked.Failure is { } failure ? failure : ManagementResponse.Revoked(revoked.Value);
    });

    private static async Task ChangeAsync(HttpContext http, Func<Credential?, RepositoryName?, Task<Outcome<ManagementResponse>>> change)
    {
        var answer = await CheckAndChangeAsync(http, change);

        await (answer.Failure is { } failure ? EarlyFailureResult.WriteAsync(http, failure) : answer.Value.WriteAsync(http));
    }

    private static async Task<Outcome<ManagementResponse>> CheckAndChangeAsync(
        HttpContext http, Func<Credential?, RepositoryName?, Task<Outcome<ManagementResponse>>> change)
    {
        if (!http.TryGetAddressed(out var addressed))
        {
            return NoSuchPage;
        }

        if (!SessionCookie.AllowsChange(http))
        {
            return SessionCookie.MissingCsrfToken;
        }

        // Access is checked before the body is read, so that a stranger learns nothing about it.
        var credential = CredentialReader.Read(http);
        var access = await http.Sender().Send(new CheckAccess.Query(credential, addressed, AccessLevel.Admin), http.RequestAborted);
        if (access.Failure is { } refused)
        {
            return refused;
        }

        RequestBody.Of(http)?.Trust();

        return await change(credential, addressed);
    }
}
