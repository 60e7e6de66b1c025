namespace PyWharf.Integration.Support.GitHub;

/// <summary>A token and what it allows. Its user's role in a repository is the other half.</summary>
internal sealed record FakeToken(string Value, TokenKind Kind)
{
    /// <summary>Whose it is; empty for the token of a workflow run.</summary>
    public string User { get; init; } = "";

    /// <summary>Scopes of a classic token: <c>repo</c>, <c>public_repo</c>, <c>workflow</c>.</summary>
    public IReadOnlySet<string> Scopes { get; init; } = new HashSet<string>();

    /// <summary>Permissions of the others: contents, actions, pages, administration, workflows. Metadata can always be read.</summary>
    public IReadOnlyDictionary<string, Level> Permissions { get; init; } = new Dictionary<string, Level>();

    /// <summary>The repositories it is for; null for all of the user's.</summary>
    public IReadOnlySet<FakeRepository>? Repositories { get; init; }

    public override string ToString() => $"{Kind} token of {(User.Length > 0 ? User : "a workflow run")}";

    internal bool Allows(FakeRepository repository, Level level, IEnumerable<string> permissions) => Kind switch
    {
        TokenKind.Classic => Scopes.Contains("repo") || (!repository.Private && (level == Level.Read || Scopes.Contains("public_repo"))),
        _ => Covers(repository) && permissions.All(permission => LevelOf(permission) >= level),
    };

    internal bool Covers(FakeRepository repository) => Repositories is null || Repositories.Contains(repository);

    internal Level LevelOf(string permission) =>
        permission == "metadata" ? Level.Read : Permissions.GetValueOrDefault(permission, Level.None);
}
