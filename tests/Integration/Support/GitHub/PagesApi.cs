namespace PyWharf.Integration.Support.GitHub;

/// <summary>The Pages site of a repository.</summary>
internal static class PagesApi
{
    public static Reply Get(FakeRepository repository) => repository.Pages is { } site
        ? Reply.Json(200, new { status = "built", source = new { branch = site.Branch, path = site.Path } })
        : Reply.NotFound();

    public static Reply Create(Call call, FakeRepository repository)
    {
        if (Need.SetUpPages.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (repository.Pages is not null)
        {
            return Reply.Error(409, "GitHub Pages is already enabled.");
        }

        if (repository.Private && !repository.PlanHasPages)
        {
            return Reply.Error(422, "Your current plan does not support GitHub Pages for this repository.");
        }

        if (!call.Fields.TryGetProperty("source", out var source) || !source.TryGetProperty("branch", out var name) || name.GetString() is not { } branch)
        {
            return Reply.Error(422, "Invalid request.\n\n\"source\" wasn't supplied.");
        }

        if (repository.Git.Branch(branch) is null)
        {
            return Reply.Error(422, $"The {branch} branch must exist before GitHub Pages can be built.");
        }

        var path = source.TryGetProperty("path", out var given) ? given.GetString() ?? "/" : "/";
        repository.Pages = (branch, path);

        return Reply.Json(201, new { status = (string?)null, source = new { branch, path } });
    }

    public static Reply Build(Call call, FakeRepository repository)
    {
        if (Need.BuildPages.Refusal(call.Token, repository) is { } refusal)
        {
            return refusal;
        }

        if (repository.Pages is null)
        {
            return Reply.NotFound();
        }

        repository.PagesBuilds++;
        return Reply.Json(201, new { url = $"{Answers.Url(call, repository)}/pages/builds/latest", status = "queued" });
    }
}
