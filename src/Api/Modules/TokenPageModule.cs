using Carter;
using PyWharf.Api.Bodies;
using PyWharf.Api.Http;
using PyWharf.Api.Pages;
using PyWharf.Api.Sessions;
using PyWharf.Application.Access;
using PyWharf.Application.Browsing;
using PyWharf.Application.Ports;
using PyWharf.Application.Tokens;
using PyWharf.Domain;

namespace PyWharf.Api.Modules;

/// <summary>The access tokens of a repository, as pages for its admins.</summary>
internal sealed class TokenPageModule : ICarterModule
{
    private const string DefaultEnd = "90d";

    private static readonly Failure NoSuchToken = new(FailureKind.NotFound, "There is no such token.");

    private static readonly char[] Separators = [',', ' ', '\t', '\r', '\n'];

    /// <inheritdoc/>
    public void AddRoutes(IEndpointRouteBuilder app)
    {
        app.MapPage("/{repository}/tokens", ShowAsync);
        app.MapForm("/{repository}/tokens", CreateAsync);
        app.MapPage("/{repository}/tokens/{name}/revoke", AskToRevokeAsync);
        app.MapForm("/{repository}/tokens/{name}/revoke", RevokeAsync);
    }

    private static async Task ShowAsync(HttpContext http)
    {
        if (RepositoryOf(http) is not { } repository)
        {
            await FailureResult.WriteAsync(http, FailureResult.NoSuchPage);
        }
        else if (!http.EndsInSlash())
        {
            Redirect.Permanently(http, $"/{repository}/tokens/");
        }
        else
        {
            await ShowAsync(http, CredentialReader.Read(http), repository, form: null, StatusCodes.Status200OK);
        }
    }

    private static async Task ShowAsync(HttpContext http, Credential? credential, RepositoryName repository, TokenForm? form, int status)
    {
        var tokens = await http.Sender().Send(new ListTokens.Query(credential, repository), http.RequestAborted);
        if (tokens.Failure is { } failure)
        {
            await FailureResult.WriteAsync(http, failure);

            return;
        }

        var admin = credential?.Principal?.Token;
        var listing = new TokenListing(
            repository, Paging.Of(tokens.Value, tokens.Value.Count, http.PageNumber("page")), form ?? NewForm(admin), admin, Clock(http).GetUtcNow());
        await HtmlResult.WriteAsync<TokensPage, TokenListing>(http, listing, repository, AccessLevel.Admin, status);
    }

    /// <summary>The form as it is at first: filled in so that the visitor may make what it says.</summary>
    private static TokenForm NewForm(AccessToken? admin) => new()
    {
        Projects = admin is null or { Projects.IsAll: true } ? "" : string.Join(", ", admin.Projects.Patterns),
        Expires = admin?.Expires is null ? DefaultEnd : "",
    };

    private static async Task CreateAsync(HttpContext http)
    {
        if (RepositoryOf(http) is not { } repository)
        {
            await EarlyFailureResult.WriteAsync(http, FailureResult.NoSuchPage);

            return;
        }

        var sent = await SessionForm.ReadAsync(http);
        if (sent.Failure is { } foreign)
        {
            await EarlyFailureResult.WriteAsync(http, foreign);

            return;
        }

        var (credential, form) = (CredentialReader.Read(http), Read(sent.Value));
        var created = await CreateAsync(http, credential, repository, form);
        if (created.Failure is null)
        {
            http.Response.Headers.CacheControl = "no-store"; // it is shown once, and in no cache
            await HtmlResult.WriteAsync<CreatedTokenPage, CreatedToken>(http, created.Value, repository, AccessLevel.Admin);
        }
        else if (created.Failure is { Kind: FailureKind.Invalid or FailureKind.Forbidden or FailureKind.Conflict } problem)
        {
            await ShowAsync(http, credential, repository, form with { Problem = problem.Message }, FailureResult.StatusOf(problem.Kind));
        }
        else
        {
            await FailureResult.WriteAsync(http, created.Failure);
        }
    }

    private static async Task<Outcome<CreatedToken>> CreateAsync(HttpContext http, Credential? credential, RepositoryName repository, TokenForm form)
    {
        var terms = TokenTerms.Parse(RequestOf(form), Clock(http).GetUtcNow());

        return terms.Failure is { } invalid
            ? invalid
            : await http.Sender().Send(new CreateToken.Command(credential, repository, terms.Value), http.RequestAborted);
    }

    private static TokenForm Read(SmallForm form) => new()
    {
        Name = form["name"].Trim(),
        Permission = form["permission"],
        Projects = form["projects"],
        Reads = form["reads"],
        Networks = form["networks"],
        Expires = form["expires"],
        ExpiresOn = form["expires_on"],
    };

    private static TokenRequest RequestOf(TokenForm form) => new()
    {
        Name = form.Name,
        Permission = form.Permission is { Length: > 0 } permission ? permission : null,
        Projects = ListOf(form.Projects),
        Reads = ListOf(form.Reads),
        Networks = ListOf(form.Networks),
        Expires = form is { ExpiresOn.Length: > 0 } ? form.ExpiresOn : form is { Expires.Length: > 0 } ? form.Expires : null,
    };

    private static string[]? ListOf(string text) =>
        string.IsNullOrWhiteSpace(text) ? null : text.Split(Separators, StringSplitOptions.RemoveEmptyEntries);

    private static async Task AskToRevokeAsync(HttpContext http)
    {
        if (RepositoryOf(http) is not { } repository)
        {
            await FailureResult.WriteAsync(http, FailureResult.NoSuchPage);
        }
        else if (!http.EndsInSlash())
        {
            Redirect.Permanently(http, $"/{repository}/tokens/{Uri.EscapeDataString(http.Route("name"))}/revoke/");
        }
        else
        {
            var tokens = await http.Sender().Send(new ListTokens.Query(CredentialReader.Read(http), repository), http.RequestAborted);
            var token = tokens.Failure is null && TokenName.TryParse(http.Route("name"), out var name, out _)
                ? tokens.Value.FirstOrDefault(token => token.Name == name)
                : null;

            if (token is not null && SessionCookie.Find(http) is null)
            {
                Redirect.ToLogin(http); // the form needs the token of a session

                return;
            }

            await (token is null
                ? FailureResult.WriteAsync(http, tokens.Failure ?? NoSuchToken)
                : HtmlResult.WriteAsync<RevokeTokenPage, AccessToken>(http, token, repository, AccessLevel.Admin));
        }
    }

    private static async Task RevokeAsync(HttpContext http)
    {
        if (RepositoryOf(http) is not { } repository)
        {
            await EarlyFailureResult.WriteAsync(http, FailureResult.NoSuchPage);

            return;
        }

        if (await SessionForm.ReadAsync(http) is { Failure: { } foreign })
        {
            await EarlyFailureResult.WriteAsync(http, foreign);

            return;
        }

        var credential = CredentialReader.Read(http);
        var revoked = TokenName.TryParse(http.Route("name"), out var name, out _)
            ? await http.Sender().Send(new RevokeToken.Command(credential, repository, name), http.RequestAborted)
            : NoSuchToken;
        if (revoked.Failure is { } failure)
        {
            await FailureResult.WriteAsync(http, failure);
        }
        else if (credential?.Principal?.Token?.Name == name)
        {
            await SessionCookie.EndAsync(http);
            Redirect.SeeOther(http, "/login/");
        }
        else
        {
            await SessionCookie.LeaveNoticeAsync(http, $"The token {name} is revoked.");
            Redirect.SeeOther(http, $"/{repository}/tokens/");
        }
    }

    private static RepositoryName? RepositoryOf(HttpContext http) => http.TryGetAddressed(out var addressed) ? addressed : null;

    private static TimeProvider Clock(HttpContext http) => http.RequestServices.GetRequiredService<TimeProvider>();
}
