namespace PyWharf.Integration.Support.GitHub;

/// <summary>The Pages site of a repository.</summary>
internal static class PagesApi
{
    public static Reply Get(Call call, FakeRepository repository) =>
        repository.Pages is { } site ? Reply.Json(200, Site(call, repository, site, "built")) : Reply.NotFound();

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

        return Reply.Json(201, Site(call, repository, (branch, path), status: null));
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

    private static object Site(Call call, FakeRepository repository, (string Branch, string Path) site, string? status) => new
    {
        url = $"{Answers.Url(call, repository)}/pages",
        html_url = $"https://{repository.Owner.Login}.github.io/{repository.Name}/",
        status,
        cname = (string?)null,
        custom_404 = false,
        build_type = "legacy",
        source = new { branch = site.Branch, path = site.Path },
        @public = true,
    };
}
