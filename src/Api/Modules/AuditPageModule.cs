using Carter;
using PyWharf.Api.Http;
using PyWharf.Api.Pages;
using PyWharf.Application.Administration;
using PyWharf.Application.Audit;
using PyWharf.Application.Browsing;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>The audit log for administrators, as a page.</summary>
internal sealed class AuditPageModule : ICarterModule
{
    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app) => app.MapPage("/{repository}/audit", ShowAsync);

    private static async Task ShowAsync(HttpContext http)
    {
        if (!http.TryGetAddressed(out var repository) || repository is null)
        {
            await FailureResult.WriteAsync(http, FailureResult.NoSuchPage);
        }
        else if (!http.EndsInSlash())
        {
            Redirect.Permanently(http, $"/{repository}/audit/");
        }
        else
        {
            var listing = await ListAsync(http, repository);

            await (listing.Failure is { } failure
                ? FailureResult.WriteAsync(http, failure)
                : HtmlResult.WriteAsync<AuditPage, AuditListing>(
                    http, listing.Value, repository, AccessLevel.Admin, listing.Value.Problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest));
        }
    }

    private static async Task<Outcome<AuditListing>> ListAsync(HttpContext http, RepositoryName repository)
    {
        var listing = new AuditListing(repository, Text(http, "event"), Text(http, "project"), Text(http, "since"));
        var query = AuditFilter.Read(http, repository);
        if (query.Failure is { } malformed)
        {
            var access = await http.Sender().Send(new CheckAccess.Query(CredentialReader.Read(http), repository, AccessLevel.Admin), http.RequestAborted);

            return access.Failure is { } refused ? refused : listing with { Problem = malformed.Message };
        }

        // One more than a page has tells whether there is another page.
        var events = await http.Sender().Send(query.Value with { Limit = Paging.MaxSize + 1 }, http.RequestAborted);
        if (events.Failure is { } failure)
        {
            return failure;
        }

        return listing with
        {
            Events = [.. events.Value.Take(Paging.MaxSize)],
            HasServerEvents = query.Value.Credential?.Principal?.Changes.IsAll != false,
            HasNewer = query.Value.Before is not null,
            Older = events.Value.Count > Paging.MaxSize ? events.Value[Paging.MaxSize - 1].Previous : null,
        };
    }

    private static string Text(HttpContext http, string name) => AuditFilter.Text(http, name) ?? "";
}
