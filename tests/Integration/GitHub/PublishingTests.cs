using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Releases;
using PyWharf.Integration.Support.GitHub;
using PyWharf.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>Base of tests with a repository on GitHub and a process that publishes to it. The clock skips waits.</summary>
public abstract class PublishingTests : IAsyncLifetime
{
    private protected const string Name = "foo-1.0.tar.gz";

    private protected static readonly byte[] Content = "the bytes"u8.ToArray();
    private protected static readonly byte[] OtherContent = "or others"u8.ToArray();

    private readonly List<PublishingProcess> _processes = [];

    private protected SkippingTime Time { get; } = new();

    private protected FakeGitHub GitHub { get; private set; } = null!; // by InitializeAsync

    private protected FakeRepository Repository { get; private set; } = null!; // by InitializeAsync

    private protected PublishingProcess Process { get; private set; } = null!; // by InitializeAsync

    public async Task InitializeAsync()
    {
        GitHub = await FakeGitHub.StartAsync(Time);
        Repository = GitHub.AddRepository("acme/packages");
        Process = Start(GitHub.AddToken(Repository, Role.Push));
    }

    public async Task DisposeAsync()
    {
        _processes.ForEach(process => process.Dispose());
        await GitHub.DisposeAsync();
    }

    private protected static bool Looks(LoggedRequest request) => request.Method == "GET" && request.Path.Contains("/tags/", StringComparison.Ordinal);

    private protected static bool Drafts(LoggedRequest request) => request is { Method: "POST", Origin: Origin.Api };

    private protected static bool Uploads(LoggedRequest request) => request is { Method: "POST", Origin: Origin.Uploads };

    private protected static bool Reads(LoggedRequest request) =>
        request.Method == "GET" && request.Path.Contains("/releases/3", StringComparison.Ordinal);

    private protected static bool Lists(LoggedRequest request) =>
        request.Method == "GET" && request.Path.EndsWith("/releases", StringComparison.Ordinal);

    private protected static bool Publishes(LoggedRequest request) => request.Method == "PATCH";

    private protected static bool Deletes(LoggedRequest request) => request.Method == "DELETE";

    private protected PublishingProcess Start(FakeToken token)
    {
        var process = new PublishingProcess(GitHub, Repository, token, Time);
        _processes.Add(process);

        return process;
    }

    private protected PublishingProcess StartAnother() => Start(GitHub.AddToken(Repository, Role.Push));

    private protected FakeRelease AddDraft(string tag, string? body)
    {
        lock (GitHub.Gate)
        {
            var draft = new FakeRelease(GitHub.NextId(), Time.GetUtcNow()) { Tag = tag, Name = tag, Body = body, TargetCommitish = "main" };
            Repository.ReleaseList.Add(draft);

            return draft;
        }
    }

    /// <summary>The file is published once and whole, and nothing else is there.</summary>
    private protected FakeRelease AssertPublished(byte[] content, string name = Name)
    {
        var release = Assert.Single(Repository.Releases);
        Assert.False(release.Draft);
        Assert.Equal(name, release.Tag);
        Assert.Equal(name, release.Name);
        Assert.Contains($"sha256 = \"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content))}\"", release.Body, StringComparison.Ordinal);
        var asset = Assert.Single(release.Assets);
        Assert.Equal(("uploaded", name), (asset.State, asset.Name));
        Assert.Equal(content, asset.Content);

        return release;
    }

    private protected static void AssertFails(FailureKind kind, Outcome<PublishedRelease> outcome, string words = "")
    {
        Assert.Equal(kind, outcome.Failure?.Kind);
        Assert.Contains(words, outcome.Failure?.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(kind == FailureKind.Unavailable, outcome.Failure?.RetryAfter > TimeSpan.Zero);
    }

    private protected static string Text(int length) => new StringBuilder().Insert(0, "x", length).ToString();
}
