using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Tokens;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.Backends;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.GitHub;

/// <summary>One server with a repository on GitHub, and its disk.</summary>
internal sealed class ServingProcess : IDisposable
{
    private static readonly HashSet<DigestAlgorithm> NoDigests = [];

    private readonly ServedRepository _served;
    private readonly TempFolder _root = new();

    public ServingProcess(ServedRepository served, bool proxies, bool writesIndex)
    {
        _served = served;
        var name = RepositoryName.TryParse("team", out var parsed, out _) ? parsed : throw new InvalidOperationException();
        var apiUrl = new Uri(served.GitHub.ApiUrl.AbsoluteUri.TrimEnd('/') + '/');
        var config = new GitHubConfig(name, "acme", "packages", "main", "index.toml", apiUrl) { Proxies = proxies, WritesIndex = writesIndex };
        Layout = new GitHubLayout(_root.Path, config);
        Backend = GitHubBackend.Open(
            config,
            Layout,
            GitHubApi.Create(apiUrl, "acme", "packages", served.Time, NullLogger.Instance),
            new SqliteCatalogFactory(served.Time, NullLogger.Instance),
            new Secret(served.Admin.Value),
            new AuthenticationLifetimes(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5)),
            new TokenQuota(served.Time),
            served.Time,
            NullLogger.Instance);
    }

    public GitHubBackend Backend { get; }

    public GitHubLayout Layout { get; }

    /// <summary>The files that it offers.</summary>
    public async Task<IReadOnlyList<PackageFile>> FilesAsync() => (await Backend.ReadChangesAsync(0, default)).Value.Published;

    public async Task<PackageFile> FileAsync(Distribution file) =>
        (await FilesAsync()).Single(one => one.Filename.ToString() == file.Filename);

    /// <summary>The record of a project, as the server knows it.</summary>
    public async Task<ProjectRecord> RecordAsync(string project) =>
        (await Backend.ReadChangesAsync(0, default)).Value.Records.Where(record => record.Key.ToString() == project).Select(record => record.Value).SingleOrDefault() ?? ProjectRecord.Empty;

    public async Task<Outcome<Publication>> PublishAsync(Distribution file, string by = "octocat")
    {
        Assert.True(DistributionFilename.TryParse(file.Filename, out var filename));
        await using var staged = (await Backend.Staging.StageAsync(new MemoryStream(file.Content), long.MaxValue, NoDigests, default)).Value;
        KeyValuePair<string, string>[] form = [new("name", file.Name), new("version", file.Version)];

        return await Backend.PublishAsync(
            new Secret(_served.Writer.Value), new NewFile(filename, null, form, new FileDescription(MetadataFields.OfForm(form), file.Metadata), by), staged, BeforeCommit.Nothing, default);
    }

    public Task<Outcome<ProjectRecord>> DecideAsync(string project, Func<ProjectRecord, ProjectRecord> change) => Backend.ChangeRecordAsync(
        new Secret(_served.Writer.Value),
        ProjectName.TryParse(project, out var name) ? name : throw new ArgumentException(project, nameof(project)),
        record => change(record),
        BeforeCommit.Nothing,
        default);

    public Task<Outcome<ProjectRecord>> DeleteAsync(PackageFile file) => DecideAsync(
        file.Filename.Project.ToString(),
        record => record with { Deleted = record.Deleted.Add(file.Filename.ToString(), new Deletion(DateTimeOffset.UnixEpoch, file.Sha256)) });

    /// <summary>Writes the index file of all releases, and syncs.</summary>
    public async Task IndexAsync()
    {
        Assert.Null((await Backend.RebuildIndexAsync(null, new Progress<WorkProgress>(), default)).Failure);
        Assert.Null((await Backend.SyncAsync(default)).Failure);
    }

    /// <summary>Runs the background work until nothing is left; returns the failure that ended it.</summary>
    public async Task<Failure?> DescribeAsync()
    {
        while (true)
        {
            var described = await Backend.DescribeAsync(default);
            if (described.Failure is not null || described.Value == 0)
            {
                return described.Failure;
            }
        }
    }

    public ValueTask<Outcome<Download>> OpenAsync(PackageFile file) => Backend.OpenAsync(new Secret(_served.Reader.Value), file, default);

    public ValueTask<Outcome<Download>> OpenMetadataAsync(PackageFile file) => Backend.OpenMetadataAsync(new Secret(_served.Reader.Value), file, default);

    public void Dispose()
    {
        Backend.Dispose();
        _root.Dispose();
    }
}
