namespace PyWharf.Integration.Support.GitHub;

/// <summary>The downloads of <c>github.com</c>: for people, so for public repositories only.</summary>
internal static class WebHost
{
    public static Reply Answer(Call call)
    {
        if (call.Segments is ["repositories" or "repos", ..]
            || call.Segments is not [var owner, var name, "releases", "download", var tag, var filename]
            || call.GitHub.Find($"{owner}/{name}") is not { Private: false } repository)
        {
            return NotFound();
        }

        var asset = repository.ReleaseList.Find(release => !release.Draft && release.Tag == tag)?
            .Assets.Find(asset => asset.Name == filename && asset.State == "uploaded" && !asset.IsGhost);

        return asset is null ? NotFound() : Reply.Empty(302).With("Location", call.GitHub.Links.Sign(call.GitHub, repository, asset));
    }

    private static Reply NotFound() => new(404, "Not Found"u8.ToArray(), "text/plain; charset=utf-8");
}
