namespace PyWharf.Integration.Support.GitHub;

/// <summary>Resources as the API writes them.</summary>
internal static class Answers
{
    public static object Release(Call call, FakeRepository repository, FakeRelease release)
    {
        var url = $"{Url(call, repository)}/releases/{release.Id}";

        return new
        {
            url,
            assets_url = $"{url}/assets",
            upload_url = $"{call.GitHub.Root(Origin.Uploads)}/repos/{repository.FullName}/releases/{release.Id}/assets{{?name,label}}",
            html_url = $"{call.GitHub.Root(Origin.Web)}/{repository.FullName}/releases/tag/{PublicTag(release)}",
            id = release.Id,
            node_id = $"RE_{release.Id}",
            tarball_url = release.Draft ? null : $"{Url(call, repository)}/tarball/{PublicTag(release)}",
            zipball_url = release.Draft ? null : $"{Url(call, repository)}/zipball/{PublicTag(release)}",
            author = AccountAnswers.User(call, release.Author),
            tag_name = release.Tag,
            target_commitish = release.TargetCommitish,
            name = release.Name,
            body = release.Body,
            draft = release.Draft,
            immutable = release.Immutable,
            prerelease = release.Prerelease,
            created_at = Time(release.CreatedAt),
            published_at = release.PublishedAt is { } published ? Time(published) : null,
            assets = release.Assets.Where(asset => !asset.IsGhost).Select(asset => Asset(call, repository, release, asset)),
        };
    }

    public static object Asset(Call call, FakeRepository repository, FakeRelease release, FakeAsset asset) => new
    {
        url = $"{Url(call, repository)}/releases/assets/{asset.Id}",
        id = asset.Id,
        node_id = $"RA_{asset.Id}",
        name = asset.Name,
        label = asset.Label,
        uploader = AccountAnswers.User(call, release.Author),
        content_type = asset.ContentType,
        state = asset.State,
        size = asset.Content.LongLength,
        digest = asset.LacksDigest || repository.LacksDigests || asset.State != "uploaded" ? null : "sha256:" + asset.Sha256,
        download_count = asset.Downloads,
        created_at = Time(asset.CreatedAt),
        updated_at = Time(asset.CreatedAt),
        browser_download_url =
            $"{call.GitHub.Root(Origin.Web)}/{repository.FullName}/releases/download/{PublicTag(release)}/{Uri.EscapeDataString(asset.Name)}",
    };

    /// <summary>The API's address of a repository, by its name.</summary>
    public static string Url(Call call, FakeRepository repository) => $"{call.GitHub.Root(Origin.Api)}/repos/{repository.FullName}";

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    /// <summary>One page of a list, with links to the others that don't mention the repository's name.</summary>
    public static Reply Page<T>(Call call, FakeRepository repository, string path, IReadOnlyCollection<T> all, Func<T, object> json)
    {
        var size = Math.Min(call.Number("per_page", 30), 100);
        var page = call.Number("page", 1);
        var last = Math.Max(1, (all.Count + size - 1) / size);
        var links = new List<string>();
        void Link(string relation, int number) => links.Add(
            $"<{call.GitHub.Root(Origin.Api)}/repositories/{repository.Id}/{path}?per_page={size}&page={number}>; rel=\"{relation}\"");
        if (page > 1)
        {
            Link("prev", page - 1);
        }

        if (page < last)
        {
            Link("next", page + 1);
            Link("last", last);
        }

        if (page > 1)
        {
            Link("first", 1);
        }

        var reply = Reply.Json(200, all.Skip((page - 1) * size).Take(size).Select(json));

        return links.Count == 0 ? reply : reply.With("Link", string.Join(", ", links));
    }

    /// <summary>A draft's tag isn't shown to the world: its public addresses change when it is published.</summary>
    private static string PublicTag(FakeRelease release) =>
        release.Draft ? $"untagged-{release.Id:x}" : Uri.EscapeDataString(release.Tag);
}
