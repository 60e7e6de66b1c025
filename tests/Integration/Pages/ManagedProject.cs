using System.Text.RegularExpressions;
using PyWharf.Integration.Auth;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Pages;

/// <summary>A project of one test, in a repository of <see cref="TokenServer"/>, and those who come to change it.</summary>
internal sealed partial class ManagedProject(TokenServer server, string repository = "team", string? name = null) : IDisposable
{
    private readonly HttpClient _owner = server.Server.Client(repository, TokenServer.WriteSecret);
    private readonly List<Browser> _browsers = [];

    public string Repository => repository;

    public string Name { get; } = name ?? $"managed-{Guid.NewGuid():N}";

    /// <summary>The path of its page.</summary>
    public string Page => $"/{repository}/project/{Name}/";

    public HttpClient Owner => _owner;

    public async Task<Distribution> PublishAsync(string version)
    {
        var wheel = Wheels.Build(Name, version);
        (await _owner.UploadAsync(ClientForm.LikeTwine(wheel), $"/{repository}/simple/")).With(200);

        return wheel;
    }

    public async Task<Distribution> PublishSdistAsync(string version)
    {
        var sdist = Sdists.Build(Name, version);
        (await _owner.UploadAsync(ClientForm.LikeTwine(sdist), $"/{repository}/simple/")).With(200);

        return sdist;
    }

    /// <summary>A browser with a session of a token of the configuration.</summary>
    public async Task<Browser> LogInAsync(string token, params (string Name, string Value)[] forwarded)
    {
        var browser = Visitor(forwarded);
        (await browser.LogInAsync(repository, server.Text(token))).With(303);

        return browser;
    }

    /// <summary>A browser without a session.</summary>
    public Browser Visitor(params (string Name, string Value)[] forwarded)
    {
        var browser = new Browser(server.Server, forwarded);
        _browsers.Add(browser);

        return browser;
    }

    /// <summary>The actions that its page has links to, each with what it is about: <c>1.0/yank</c>.</summary>
    public IEnumerable<string> ActionsOn(Answer page) =>
        Link().Matches(page.Text).Select(match => match.Groups[1].Value)
            .Where(path => path.StartsWith(Page, StringComparison.Ordinal))
            .Select(path => Uri.UnescapeDataString(path[Page.Length..].TrimEnd('/')))
            .Where(path => path.Split('/')[^1] is "yank" or "unyank" or "delete" or "status");

    /// <summary>All that a change would change: the record and the files, as installers and the API see them.</summary>
    public async Task<string> StateAsync() =>
        (await _owner.AskAsync($"/{repository}/api/projects/{Name}")).Text
        + (await _owner.AskAsync($"/{repository}/simple/{Name}/", ("Accept", Requests.Json))).Text;

    /// <summary>The path and query that an answer redirects to.</summary>
    public string Target(Answer answer) => new Uri(server.Server.BaseAddress, answer["Location"]).PathAndQuery;

    /// <summary>What the audit log has of it, the oldest first: event, outcome, actor, file, reason.</summary>
    public IReadOnlyList<string> Events(params string[] kinds) =>
    [
        .. from line in WrittenEvents.Of(server.Root, kinds)
           where line.Text("project") == Name
           select string.Join(' ', ((string?[])[line.Text("event"), line.Text("outcome"), line.Actor(), line.Text("file"), line.Text("reason")]).Where(part => part is not null)),
    ];

    public void Dispose()
    {
        _owner.Dispose();
        _browsers.ForEach(browser => browser.Dispose());
    }

    [GeneratedRegex("<a href=\"([^\"]+)\"")]
    private static partial Regex Link();
}
