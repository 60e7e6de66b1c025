namespace PyWharf.Integration.Support.GitHub;

/// <summary>What a call takes: the user's role, and of tokens with permissions a level of each of these.</summary>
internal sealed record Need(Level Level, Role Role, params string[] Permissions)
{
    public static Need ReadMetadata { get; } = new(Level.Read, Role.Pull, "metadata");

    public static Need ReadContents { get; } = new(Level.Read, Role.Pull, "contents");

    public static Need WriteContents { get; } = new(Level.Write, Role.Push, "contents");

    public static Need WriteWorkflows { get; } = new(Level.Write, Role.Push, "contents", "workflows");

    public static Need WriteActions { get; } = new(Level.Write, Role.Push, "actions");

    public static Need Administer { get; } = new(Level.Write, Role.Admin, "administration");

    public static Need SetUpPages { get; } = new(Level.Write, Role.Maintain, "pages", "administration");

    public static Need BuildPages { get; } = new(Level.Write, Role.Push, "pages");

    /// <summary>Why this token may not; null when it may. What may not be seen is not found.</summary>
    public Reply? Refusal(FakeToken? token, FakeRepository repository)
    {
        if (!repository.Private && Level == Level.Read)
        {
            return null;
        }

        if (token is null)
        {
            return repository.Private ? Reply.NotFound() : Reply.Error(401, "Requires authentication");
        }

        if (repository.Private && !IsSeenBy(token, repository))
        {
            return Reply.NotFound();
        }

        if (Level == Level.Read)
        {
            return token.Allows(repository, Level, Permissions) ? null : NotAccessible(token);
        }

        var role = repository.RoleOf(token);
        if (token.Kind == TokenKind.Classic)
        {
            if (!token.Allows(repository, Level, Permissions) || role < Role.Push || LacksWorkflowScope(token))
            {
                return Reply.NotFound();
            }

            if (role < Role)
            {
                return Role == Role.Admin ? Reply.Error(403, "Must have admin rights to Repository.") : Reply.NotFound();
            }
        }
        else if (!token.Allows(repository, Level, Permissions) || role < Role)
        {
            return NotAccessible(token);
        }

        return repository.Archived ? Reply.Error(403, "Repository was archived so is read-only.") : null;
    }

    /// <summary>The same as a yes or no.</summary>
    public bool IsMetBy(FakeToken? token, FakeRepository repository) => Refusal(token, repository) is null;

    private static bool IsSeenBy(FakeToken token, FakeRepository repository) =>
        repository.RoleOf(token) >= Role.Pull
        && (token.Kind == TokenKind.Classic ? token.Scopes.Contains("repo") : token.Covers(repository));

    private bool LacksWorkflowScope(FakeToken token) => Permissions.Contains("workflows") && !token.Scopes.Contains("workflow");

    private Reply NotAccessible(FakeToken token)
    {
        var accepted = string.Join("; ", Permissions.Select(permission => $"{permission}={(Level == Level.Write ? "write" : "read")}"));
        var who = token.Kind == TokenKind.Actions ? "integration" : "personal access token";

        return Reply.Error(403, $"Resource not accessible by {who}").With("X-Accepted-GitHub-Permissions", accepted);
    }
}
