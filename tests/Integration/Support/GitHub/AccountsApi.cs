namespace PyWharf.Integration.Support.GitHub;

/// <summary>Who a token belongs to, and new repositories.</summary>
internal static class AccountsApi
{
    public static Reply GetUser(Call call) => call.Token switch
    {
        null => Reply.Error(401, "Requires authentication"),
        { Kind: TokenKind.Actions } => Reply.Error(403, "Resource not accessible by integration"),
        { User: var login } when call.GitHub.Account(login) is { } user => Reply.Json(200, AccountAnswers.Profile(call, user)),
        _ => Reply.NotFound(),
    };

    public static Reply CreateForUser(Call call) =>
        Refusal(call) ?? (call.GitHub.Account(call.Token?.User ?? "") is { } user ? Create(call, user) : Reply.NotFound());

    public static Reply CreateForOrganization(Call call, string login)
    {
        if (Refusal(call) is { } refusal)
        {
            return refusal;
        }

        return call.GitHub.Account(login) is { IsOrganization: true } organization ? Create(call, organization) : Reply.NotFound();
    }

    private static Reply? Refusal(Call call) => call.Token switch
    {
        null => Reply.Error(401, "Requires authentication"),
        { Kind: TokenKind.Actions } => Reply.Error(403, "Resource not accessible by integration"),
        { Kind: TokenKind.FineGrained } token when token.LevelOf("administration") < Level.Write =>
            Reply.Error(403, "Resource not accessible by personal access token").With("X-Accepted-GitHub-Permissions", "administration=write"),
        { Kind: TokenKind.Classic } token when !token.Scopes.Contains("repo") && (call.Flag("private") == true || !token.Scopes.Contains("public_repo")) =>
            Reply.NotFound(),
        _ => null,
    };

    private static Reply Create(Call call, FakeAccount owner)
    {
        if (call.Text("name") is not { Length: > 0 } name)
        {
            return Reply.Error(422, "Repository creation failed.", new { resource = "Repository", code = "missing_field", field = "name" });
        }

        if (call.GitHub.Find($"{owner.Login}/{name}") is { } taken && taken.IsNamed($"{owner.Login}/{name}"))
        {
            var error = new { resource = "Repository", code = "custom", field = "name", message = "name already exists on this account" };
            return Reply.Error(422, "Repository creation failed.", error);
        }

        var repository = call.GitHub.AddRepository(
            $"{owner.Login}/{name}", call.Flag("private") ?? false, call.GitHub.NewDefaultBranch, empty: true);
        repository.Description = call.Text("description");
        repository.Homepage = call.Text("homepage");
        repository.LooksUntilInitialized = call.Flag("auto_init") == true ? call.GitHub.LooksUntilInitialized : null;
        if (owner.IsOrganization && call.Token is { } token)
        {
            repository.SetRole(token.User, Role.Admin);
        }

        return Reply.Json(201, RepositoryAnswers.Repository(call, repository)).With("Location", Answers.Url(call, repository));
    }
}
