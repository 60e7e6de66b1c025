using System.Globalization;
using Carter;
using PyWharf.Api.Http;
using PyWharf.Application.Search;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>Project search.</summary>
internal sealed class SearchModule : ICarterModule
{
    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapRead("/search", SearchAsync);
        app.MapRead("/{repository}/search", SearchAsync);
    }

    private static async Task SearchAsync(HttpContext http)
    {
        if (!http.TryGetAddressed(out var addressed))
        {
            await FailureResult.WriteAsync(http, new Failure(FailureKind.NotFound, "There is no such page."));
        }
        else if (Number(http, "offset", 0) is not { } offset || Number(http, "limit", SearchProjects.DefaultLimit) is not { } limit)
        {
            await FailureResult.WriteAsync(http, new Failure(FailureKind.Invalid, "The offset and the limit are numbers."));
        }
        else
        {
            var found = await http.Sender().Send(
                new SearchProjects.Query(CredentialReader.Read(http), addressed, http.Request.Query["q"].ToString(), offset, limit), http.RequestAborted);

            await (found.Failure is { } failure ? FailureResult.WriteAsync(http, failure) : PageResult.WriteAsync(http, found.Value));
        }
    }

    private static int? Number(HttpContext http, string name, int otherwise)
    {
        var text = http.Request.Query[name].ToString();

        return text.Length == 0 ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : null;
    }
}
