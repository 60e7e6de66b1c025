namespace PyWharf.Integration.Support.GitHub;

/// <summary>Which part answers what, at the API and at the uploads host.</summary>
internal static class Routes
{
    /// <summary>All of them; of two that match the first one answers.</summary>
    public static IReadOnlyList<Route> All { get; } =
    [
        new(Origin.Api, "GET", "/user", (call, _) => AccountsApi.GetUser(call)),
        new(Origin.Api, "GET", "/rate_limit", (call, _) => Reply.Json(200, call.GitHub.RateLimits.Overview(call))),
        new(Origin.Api, "POST", "/user/repos", (call, _) => AccountsApi.CreateForUser(call)),
        new(Origin.Api, "POST", "/orgs/{org}/repos", AccountsApi.CreateForOrganization),

        OfRepository("GET", "", (call, repository, _) => RepositoryApi.Get(call, repository)),
        OfRepository("PATCH", "", (call, repository, _) => RepositoryApi.Edit(call, repository)),
        OfRepository("GET", "/collaborators/{username}/permission", RepositoryApi.PermissionOf),

        OfRepository("GET", "/git/ref/{ref}", GitApi.GetRef),
        OfRepository("POST", "/git/refs", (call, repository, _) => GitApi.CreateRef(call, repository)),
        OfRepository("DELETE", "/git/refs/{ref}", GitApi.DeleteRef),
        OfRepository("GET", "/git/trees/{tree_sha}", GitApi.GetTree),
        OfRepository("GET", "/git/blobs/{file_sha}", GitApi.GetBlob),
        OfRepository("GET", "/commits/{ref}", GitApi.GetCommit),

        OfRepository("GET", "/contents/{path}", ContentsApi.Get),
        OfRepository("PUT", "/contents/{path}", ContentsChanges.Put),
        OfRepository("DELETE", "/contents/{path}", ContentsChanges.Delete),

        OfRepository("GET", "/releases", (call, repository, _) => ReleasesApi.List(call, repository)),
        OfRepository("POST", "/releases", (call, repository, _) => ReleasesApi.Create(call, repository)),
        OfRepository("GET", "/releases/tags/{tag}", ReleasesApi.GetByTag),
        OfRepository("GET", "/releases/assets/{asset_id}", AssetsApi.Get),
        OfRepository("DELETE", "/releases/assets/{asset_id}", AssetsApi.Delete),
        OfRepository("GET", "/releases/{release_id}", ReleasesApi.Get),
        OfRepository("PATCH", "/releases/{release_id}", ReleasesApi.Edit),
        OfRepository("DELETE", "/releases/{release_id}", ReleasesApi.Delete),
        OfRepository("GET", "/releases/{release_id}/assets", AssetsApi.List),
        OfRepository("POST", "/releases/{release_id}/assets", AssetsApi.Upload, Origin.Uploads),

        OfRepository("GET", "/pages", (call, repository, _) => PagesApi.Get(call, repository)),
        OfRepository("POST", "/pages", (call, repository, _) => PagesApi.Create(call, repository)),
        OfRepository("POST", "/pages/builds", (call, repository, _) => PagesApi.Build(call, repository)),
        OfRepository("POST", "/dispatches", (call, repository, _) => DispatchesApi.Dispatch(call, repository)),
        OfRepository("POST", "/actions/workflows/{workflow_id}/dispatches", DispatchesApi.Run),
    ];

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

        return call.Route is { } route ? route.Answer(call, route.Match(Path(call.Segments)) ?? "") : Reply.NotFound();
    }

    /// <summary>The route a request is for; null when there is none.</summary>
    public static Route? Find(Origin origin, string method, string[] segments) =>
        All.FirstOrDefault(route => route.Origin == origin && route.Method == method && route.Match(Path(segments)) is not null);

    /// <summary>A repository's address by its id is no path of the description's: it means what the one by owner and name means.</summary>
    private static string[] Path(string[] segments) =>
        segments is ["repositories", var id, .. var rest] ? ["repos", "", id, .. rest] : segments;

    private static Route OfRepository(string method, string path, Func<Call, FakeRepository, string, Reply> answer, Origin origin = Origin.Api) =>
        new(origin, method, "/repos/{owner}/{repo}" + path, (call, value) => InRepository(call, repository => answer(call, repository, value)));

    private static Reply InRepository(Call call, Func<FakeRepository, Reply> answer)
    {
        if (RepositoryOf(call.GitHub, call.Segments) is not { } repository)
        {
            return Reply.NotFound();
        }

        if (Need.ReadMetadata.Refusal(call.Token, repository) is { } unseen)
        {
            return unseen;
        }

        return call.Segments is ["repos", var owner, var name, .. var rest] && !repository.IsNamed($"{owner}/{name}")
            ? Moved(call, repository, rest)
            : answer(repository);
    }

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
