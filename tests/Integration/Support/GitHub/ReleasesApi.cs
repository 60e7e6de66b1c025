namespace PyWharf.Integration.Support.GitHub;

/// <summary>Releases: drafts, publishing, lists.</summary>
internal static class ReleasesApi
{
    public static Reply List(Call call, FakeRepository repository)
    {
        if (Need.ReadContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        var size = Math.Min(call.Number("per_page", 30), 100);
        if (size > repository.LargestPage)
        {
            return new Reply(502, System.Text.Encoding.UTF8.GetBytes(Fault.Answer.Html), "text/html; charset=utf-8");
        }

        if ((call.Number("page", 1) - 1L) * size >= call.GitHub.Limits.ListedReleases)
        {
            return Reply.Error(422, $"Only the first {call.GitHub.Limits.ListedReleases} results are available.");
        }

        var drafts = SeesDrafts(call, repository);
        var releases = repository.ReleaseList.Where(release => release.Draft ? drafts : !release.HidesFromThisRead())
            .OrderByDescending(release => release.CreatedAt).ThenByDescending(release => release.Id).ToList();

        return Answers.Page(call, repository, "releases", releases, release => Answers.Release(call, repository, release));
    }

    public static Reply GetByTag(Call call, FakeRepository repository, string tag)
    {
        if (Need.ReadContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        return Published(repository, tag) is { } release && !release.HidesFromThisRead()
            ? Reply.Json(200, Answers.Release(call, repository, release))
            : Reply.NotFound();
    }

    public static Reply Get(Call call, FakeRepository repository, string id) =>
        Need.ReadContents.Refusal(call.Token, repository)
        ?? (Find(call, repository, id) is { } release ? Reply.Json(200, Answers.Release(call, repository, release)) : Reply.NotFound());

    public static Reply Create(Call call, FakeRepository repository)
    {
        if (Need.WriteContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (call.Text("tag_name") is not { } tag)
        {
            return Reply.Error(422, "Invalid request.\n\n\"tag_name\" wasn't supplied.");
        }

        var release = new FakeRelease(call.GitHub.NextId(), call.GitHub.Now)
        {
            Tag = tag,
            TargetCommitish = repository.DefaultBranch,
            Author = call.Token?.User ?? "",
        };
        var draft = call.Flag("draft") ?? false;
        var taken = Published(repository, tag) is not null && !(draft && repository.AcceptsDraftsOfPublishedTags);
        if (ReleaseRules.Refusal(call, repository, tag, taken) is { } invalid)
        {
            return invalid;
        }

        Fill(call, release);
        if ((draft ? null : ReleaseRules.PublishingRefusal(call, repository, release)) is { } impossible)
        {
            return impossible;
        }

        repository.ReleaseList.Add(release);
        if (!draft)
        {
            repository.Publish(release);
        }

        return Reply.Json(201, Answers.Release(call, repository, release)).With("Location", $"{Answers.Url(call, repository)}/releases/{release.Id}");
    }

    public static Reply Edit(Call call, FakeRepository repository, string id)
    {
        if (Need.WriteContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (Find(call, repository, id) is not { } release)
        {
            return Reply.NotFound();
        }

        var tag = call.Text("tag_name") ?? release.Tag;
        var publishes = release.Draft && call.Flag("draft") == false;
        var other = Published(repository, tag);
        var taken = other is not null && other != release && (publishes || !release.Draft) && !repository.AcceptsSecondPublications;
        if (ReleaseRules.Refusal(call, repository, tag, taken) is { } invalid)
        {
            return invalid;
        }

        if (release.Immutable && tag != release.Tag)
        {
            return Reply.Invalid("Release", "custom", "tag_name", "tag_name cannot be changed when release is immutable");
        }

        if ((publishes ? ReleaseRules.PublishingRefusal(call, repository, release) : null) is { } impossible)
        {
            return impossible;
        }

        release.Tag = tag;
        Fill(call, release);
        if (publishes)
        {
            repository.Publish(release);
        }
        else if (call.Flag("draft") == true)
        {
            release.Draft = true;
        }

        return Reply.Json(200, Answers.Release(call, repository, release));
    }

    /// <summary>The tag stays.</summary>
    public static Reply Delete(Call call, FakeRepository repository, string id)
    {
        if (Need.WriteContents.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (Find(call, repository, id) is not { } release)
        {
            return Reply.NotFound();
        }

        repository.ReleaseList.Remove(release);
        if (release.Immutable)
        {
            repository.BurnedTags.Add(release.Tag);
        }

        return Reply.Empty(204);
    }

    /// <summary>A release this token may see.</summary>
    public static FakeRelease? Find(Call call, FakeRepository repository, string id) =>
        repository.ReleaseList.Find(release => $"{release.Id}" == id && (!release.Draft || SeesDrafts(call, repository)));

    /// <summary>Drafts are for those who may push.</summary>
    public static bool SeesDrafts(Call call, FakeRepository repository) =>
        Need.WriteContents.IsMetBy(call.Token, repository) || (repository.Archived && call.Token is not null && repository.RoleOf(call.Token) >= Role.Push);

    private static FakeRelease? Published(FakeRepository repository, string tag) =>
        repository.ReleaseList.Find(release => !release.Draft && release.Tag == tag);

    private static void Fill(Call call, FakeRelease release)
    {
        release.Name = call.Text("name") ?? release.Name;
        release.Body = call.Text("body") ?? release.Body;
        release.Prerelease = call.Flag("prerelease") ?? release.Prerelease;
        release.TargetCommitish = call.Text("target_commitish") ?? release.TargetCommitish;
    }
}
