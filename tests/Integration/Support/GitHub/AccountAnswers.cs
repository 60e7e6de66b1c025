namespace PyWharf.Integration.Support.GitHub;

/// <summary>Users and organizations as the API writes them, in short and in full.</summary>
internal static class AccountAnswers
{
    /// <summary>By name; what nobody signed a workflow run did.</summary>
    public static Dictionary<string, object?> User(Call call, string login) =>
        User(call, call.GitHub.Account(login) ?? new FakeAccount("github-actions[bot]", 41_898_282, IsOrganization: false));

    public static Dictionary<string, object?> User(Call call, FakeAccount account)
    {
        var url = $"{call.GitHub.Root(Origin.Api)}/users/{Uri.EscapeDataString(account.Login)}";
        var page = $"{call.GitHub.Root(Origin.Web)}/{Uri.EscapeDataString(account.Login)}";

        return new Dictionary<string, object?>
        {
            ["login"] = account.Login,
            ["id"] = account.Id,
            ["node_id"] = $"U_{account.Id}",
            ["avatar_url"] = $"{page}.png",
            ["gravatar_id"] = "",
            ["url"] = url,
            ["html_url"] = page,
            ["followers_url"] = $"{url}/followers",
            ["following_url"] = $"{url}/following{{/other_user}}",
            ["gists_url"] = $"{url}/gists{{/gist_id}}",
            ["starred_url"] = $"{url}/starred{{/owner}}{{/repo}}",
            ["subscriptions_url"] = $"{url}/subscriptions",
            ["organizations_url"] = $"{url}/orgs",
            ["repos_url"] = $"{url}/repos",
            ["events_url"] = $"{url}/events{{/privacy}}",
            ["received_events_url"] = $"{url}/received_events",
            ["type"] = account.IsOrganization ? "Organization" : account.Login.EndsWith("[bot]", StringComparison.Ordinal) ? "Bot" : "User",
            ["site_admin"] = false,
        };
    }

    /// <summary>With what a user tells the world.</summary>
    public static object Profile(Call call, FakeAccount account) => new Dictionary<string, object?>(User(call, account))
    {
        ["name"] = null,
        ["company"] = null,
        ["blog"] = "",
        ["location"] = null,
        ["email"] = null,
        ["hireable"] = null,
        ["bio"] = null,
        ["public_repos"] = 0,
        ["public_gists"] = 0,
        ["followers"] = 0,
        ["following"] = 0,
        ["created_at"] = "2020-01-01T00:00:00Z",
        ["updated_at"] = "2020-01-01T00:00:00Z",
    };
}
