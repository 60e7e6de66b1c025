namespace PyWharf.Integration.Support.GitHub;

/// <summary>Files of releases, in and out.</summary>
internal static class AssetsApi
{
    public static Reply Upload(Call call, FakeRepository repository, string releaseId)
    {
        if (Need.WriteContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (ReleasesApi.Find(call, repository, releaseId) is not { } release)
        {
            return Reply.NotFound();
        }

        if (call.ContentLength is not { } length)
        {
            return Reply.Error(400, "Bad Content-Length: ");
        }

        if (Invalid(call, release, length) is { } invalid)
        {
            return invalid;
        }

        var name = AssetName.Sanitize(call.Query["name"].ToString());
        if (release.Assets.Exists(asset => asset.Name == name))
        {
            return Reply.Invalid("ReleaseAsset", "already_exists", "name");
        }

        var asset = new FakeAsset(call.GitHub.NextId(), name, call.Body, call.Headers.ContentType.ToString(), call.GitHub.Now)
        {
            Label = call.Query["label"],
            IsGhost = call.Effect == Effect.GhostAsset,
        };
        if (call.Effect == Effect.StarterAsset)
        {
            (asset.State, asset.Content) = ("starter", []);
        }

        release.Assets.Add(asset);

        return Reply.Json(201, Answers.Asset(call, repository, release, asset)).With("Location", $"{Answers.Url(call, repository)}/releases/assets/{asset.Id}");
    }

    public static Reply List(Call call, FakeRepository repository, string releaseId)
    {
        if (Need.ReadContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        return ReleasesApi.Find(call, repository, releaseId) is { } release
            ? Answers.Page(
                call, repository, $"releases/{releaseId}/assets", release.Assets.FindAll(asset => !asset.IsGhost), asset => Answers.Asset(call, repository, release, asset))
            : Reply.NotFound();
    }

    public static Reply Get(Call call, FakeRepository repository, string id)
    {
        if (Need.ReadContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (Find(call, repository, id) is not var (release, asset))
        {
            return Reply.NotFound();
        }

        if (!call.Accept.Contains("application/octet-stream", StringComparison.Ordinal))
        {
            return Reply.Json(200, Answers.Asset(call, repository, release, asset));
        }

        if (asset.State != "uploaded")
        {
            return Reply.NotFound();
        }

        return call.GitHub.ServesAssetsDirectly
            ? new Reply(200, asset.Content, "application/octet-stream")
            : Reply.Empty(302).With("Location", call.GitHub.Links.Sign(call.GitHub, repository, asset));
    }

    public static Reply Delete(Call call, FakeRepository repository, string id)
    {
        if (Need.WriteContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (Find(call, repository, id) is not var (release, asset))
        {
            return Reply.NotFound();
        }

        if (release.Immutable)
        {
            return Reply.Error(422, "Cannot delete asset from an immutable release");
        }

        release.Assets.Remove(asset);
        return Reply.Empty(204);
    }

    private static Reply? Invalid(Call call, FakeRelease release, long length)
    {
        if (release.Immutable)
        {
            return Reply.Error(422, "Cannot upload assets to an immutable release.");
        }

        if (call.Query["name"].ToString().Length == 0 || call.Headers.ContentType.Count == 0)
        {
            return Reply.Error(400, "Invalid name or content_type for request");
        }

        if (length == 0)
        {
            return Reply.Invalid("ReleaseAsset", "custom", "size", "size must be greater than or equal to 1");
        }

        if (length >= call.GitHub.Limits.AssetSize)
        {
            return Reply.Invalid("ReleaseAsset", "custom", "size", $"size must be less than {call.GitHub.Limits.AssetSize}");
        }

        return release.Assets.Count >= call.GitHub.Limits.AssetsPerRelease
            ? Reply.Invalid("ReleaseAsset", "custom", "release", $"A release can have {call.GitHub.Limits.AssetsPerRelease} assets at most")
            : null;
    }

    private static (FakeRelease Release, FakeAsset Asset)? Find(Call call, FakeRepository repository, string id)
    {
        foreach (var release in repository.ReleaseList.Where(release => !release.Draft || ReleasesApi.SeesDrafts(call, repository)))
        {
            if (release.Assets.Find(asset => $"{asset.Id}" == id && !asset.IsGhost) is { } asset)
            {
                return (release, asset);
            }
        }

        return null;
    }
}
