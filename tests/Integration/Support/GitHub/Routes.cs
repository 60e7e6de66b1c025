namespace PyWharf.Integration.Support.GitHub;

/// <summary>Which part answers what, at the API and at the uploads host.</summary>
internal static class Routes
{
    /// <summary>The repository a path is about, by its name of today or of old, or by its id.</summary>
    public static FakeRepository? RepositoryOf(FakeGitHub github, string[] segments) => segments switch
    {
        ["repos", var owner, var name, ..] => github.Find($"{owner}/{name}"),
        ["repositories", var id, ..] => github.Find(long.TryParse(id, out var number) ? number : 0),
        _ => null,
    };

    public static Reply Answer(Call call)
    {
        if (call.Segments is [.., ""])
        {
            return Reply.NotFound();
        }

        if (call.Origin == Origin.Api && call.ParseFields() is { } unreadable)
        {
            return unreadable;
        }

        if (RepositoryOf(call.GitHub, call.Segments) is not { } repository)
        {
            return call.Origin == Origin.Api ? OfAccounts(call) : Reply.NotFound();
        }

        if (Need.ReadMetadata.Refusal(call.Token, repository) is { } unseen)
        {
            return unseen;
        }

        if (call.Segments is ["repos", var owner, var name, .. var rest])
        {
            return repository.IsNamed($"{owner}/{name}") ? OfRepository(call, repository, rest) : Moved(call, repository, rest);
        }

        return OfRepository(call, repository, call.Segments[2..]);
    }

    private static Reply OfAccounts(Call call) => (call.Method, call.Segments) switch
    {
        ("GET", ["user"]) => AccountsApi.GetUser(call),
        ("GET", ["rate_limit"]) => Reply.Json(200, new { resources = new { core = new { limit = call.GitHub.RateLimits.PerHour } } }),
        ("POST", ["user", "repos"]) => AccountsApi.CreateForUser(call),
        ("POST", ["orgs", var login, "repos"]) => AccountsApi.CreateForOrganization(call, login),
        _ => Reply.NotFound(),
    };

    private static Reply OfRepository(Call call, FakeRepository repository, string[] rest) => (call.Origin, call.Method, rest) switch
    {
        (Origin.Uploads, "POST", ["releases", var id, "assets"]) => AssetsApi.Upload(call, repository, id),
        (Origin.Uploads, _, _) => Reply.NotFound(),

        (_, "GET", []) => RepositoryApi.Get(call, repository),
        (_, "PATCH", []) => RepositoryApi.Edit(call, repository),
        (_, "GET", ["collaborators", var user, "permission"]) => RepositoryApi.PermissionOf(call, repository, user),

        (_, "GET", ["git", "ref" or "refs", .. var name]) => GitApi.GetRef(call, repository, string.Join('/', name)),
        (_, "POST", ["git", "refs"]) => GitApi.CreateRef(call, repository),
        (_, "DELETE", ["git", "refs", .. var name]) => GitApi.DeleteRef(call, repository, string.Join('/', name)),
        (_, "GET", ["git", "trees", .. var tree]) => GitApi.GetTree(call, repository, string.Join('/', tree)),
        (_, "GET", ["git", "blobs", var sha]) => GitApi.GetBlob(call, repository, sha),
        (_, "GET", ["commits", .. var name]) => GitApi.GetCommit(call, repository, string.Join('/', name)),

        (_, "GET", ["contents", .. var path]) => ContentsApi.Get(call, repository, string.Join('/', path)),
        (_, "PUT", ["contents", .. var path]) => ContentsChanges.Put(call, repository, string.Join('/', path)),
        (_, "DELETE", ["contents", .. var path]) => ContentsChanges.Delete(call, repository, string.Join('/', path)),

        (_, "GET", ["releases"]) => ReleasesApi.List(call, repository),
        (_, "POST", ["releases"]) => ReleasesApi.Create(call, repository),
        (_, "GET", ["releases", "tags", .. var tag]) => ReleasesApi.GetByTag(call, repository, string.Join('/', tag)),
        (_, "GET", ["releases", "assets", var id]) => AssetsApi.Get(call, repository, id),
        (_, "DELETE", ["releases", "assets", var id]) => AssetsApi.Delete(call, repository, id),
        (_, "GET", ["releases", var id]) => ReleasesApi.Get(call, repository, id),
        (_, "PATCH", ["releases", var id]) => ReleasesApi.Edit(call, repository, id),
        (_, "DELETE", ["releases", var id]) => ReleasesApi.Delete(call, repository, id),
        (_, "GET", ["releases", var id, "assets"]) => AssetsApi.List(call, repository, id),

        (_, "GET", ["pages"]) => PagesApi.Get(repository),
        (_, "POST", ["pages"]) => PagesApi.Create(call, repository),
        (_, "POST", ["pages", "builds"]) => PagesApi.Build(call, repository),
        (_, "POST", ["dispatches"]) => DispatchesApi.Dispatch(call, repository),
        (_, "POST", ["actions", "workflows", var file, "dispatches"]) => DispatchesApi.Run(call, repository, file),
        _ => Reply.NotFound(),
    };

    /// <summary>A renamed or transferred repository: the client has to ask again, at an address without the name.</summary>
    private static Reply Moved(Call call, FakeRepository repository, string[] rest)
    {
        var path = string.Concat(rest.Select(segment => "/" + Uri.EscapeDataString(segment)));
        var query = string.Join('&', call.Query.SelectMany(pair => pair.Value, (pair, value) => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(value ?? "")}"));
        var url = $"{call.GitHub.Root(call.Origin)}/repositories/{repository.Id}{path}{(query.Length > 0 ? "?" + query : "")}";
        var (status, message) = call.Method == "GET" ? (301, "Moved Permanently") : (307, "Temporary Redirect");

        return Reply.Json(status, new { message, url, documentation_url = "https://docs.github.com/rest" }).With("Location", url);
    }
}
