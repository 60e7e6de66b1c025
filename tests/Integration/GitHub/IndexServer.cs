using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Catalog;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.Support;
using PyWharf.Integration.Support.GitHub;

namespace PyWharf.Integration.GitHub;

/// <summary>The index of one server: its catalog, its copy of the remote index, its writer.</summary>
internal sealed class IndexServer : IDisposable
{
    private readonly WriteQueue _writes;

    /// <param name="github">Where.</param>
    /// <param name="fullName">Owner and name of the repository.</param>
    /// <param name="folder">What the server keeps; a second one with the same folder is the first one restarted.</param>
    /// <param name="time">The clock.</param>
    /// <param name="indexFile">The path of the index file.</param>
    /// <param name="branch">Where that is.</param>
    public IndexServer(
        FakeGitHub github, string fullName, TempFolder folder, TimeProvider time, string indexFile = "index.toml", string branch = "main")
    {
        var (owner, repo) = (fullName.Split('/')[0], fullName.Split('/')[1]);
        var apiUrl = new Uri(github.ApiUrl.AbsoluteUri.TrimEnd('/') + '/');
        var api = GitHubApi.Create(apiUrl, owner, repo, time, Log);
        var config = new GitHubConfig(
            RepositoryName.TryParse("acme", out var name, out _) ? name : throw new InvalidOperationException(),
            owner, repo, branch, indexFile, apiUrl);

        _writes = new WriteQueue(time);
        CopyPath = folder.At("index", "index.toml");
        CatalogPath = folder.At("index", "catalog.db");
        Catalog = SqliteCatalog.Open(CatalogPath, time, Log);
        Remote = new RemoteIndex(config, api, CopyPath, time, Log);
        Sync = new IndexSync(config, api, Remote, Catalog, time, Log);
        Writer = new IndexWriter(config, api, Remote, _writes, time, Log);
        Measures = new MissingFileDetails(config, api, Catalog, time);
    }

    public string CopyPath { get; }

    public string CatalogPath { get; }

    public ListLogger Log { get; } = new();

    public SqliteCatalog Catalog { get; }

    public RemoteIndex Remote { get; }

    public IndexSync Sync { get; }

    public IndexWriter Writer { get; }

    public MissingFileDetails Measures { get; }

    /// <summary>The projects of the files that it offers, in order.</summary>
    /// <summary>All files of the catalog; one in a file answers at once.</summary>
    public IReadOnlyList<CatalogedFile> Files => Catalog.GetAllAsync().AsTask().Result;

    public IReadOnlyList<string> Offered => [.. Files.Select(file => file.File.Filename.Project.ToString()).Order(StringComparer.Ordinal)];

    public CatalogedFile this[string project] => Files.Single(file => file.File.Filename.Project.ToString() == project);

    public void Dispose()
    {
        Sync.Dispose();
        Writer.Dispose();
        Catalog.Dispose();
        _writes.Dispose();
    }

    internal sealed class ListLogger : ILogger
    {
        private readonly List<string> _warnings = [];

        public IReadOnlyList<string> Warnings
        {
            get
            {
                lock (_warnings)
                {
                    return [.. _warnings];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_warnings)
            {
                _warnings.Add(formatter(state, exception));
            }
        }
    }
}
