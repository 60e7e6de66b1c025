using System.Globalization;
using PyWharf.Application.Importing;
using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Importing;

/// <summary>
/// A simple index at a URL (PEP 503, 691, 700, 792), or a web server's listing of a folder: flat, a folder per project, or nested.
/// </summary>
internal sealed class SimpleIndexSource : IImportSource
{
    private readonly Uri _index;
    private readonly IndexClient _client;
    private readonly IndexPages _pages;
    private readonly Lazy<Task<Outcome<IndexPage>>> _list;

    /// <param name="index">The URL of the project list, or of the folder.</param>
    /// <param name="credentials">User and password for it; null for none.</param>
    /// <param name="options">Timeouts, retries and limits.</param>
    /// <param name="time">The clock of those.</param>
    public SimpleIndexSource(Uri index, (string User, string Password)? credentials, IndexOptions options, TimeProvider time)
    {
        _index = index.AbsolutePath.EndsWith('/') ? index : new UriBuilder(index) { Path = index.AbsolutePath + "/" }.Uri;
        _client = new IndexClient(_index, credentials, options, time);
        _pages = new IndexPages(_client);
        _list = new(() => _pages.ReadListAsync(_index, CancellationToken.None));
    }

    /// <inheritdoc/>
    public async Task<Outcome<SourceContent>> ListAsync(ProjectScope scope, CancellationToken cancellationToken)
    {
        // A few projects of a large index: their pages alone are read.
        var names = scope.Patterns.Select(pattern => ProjectName.TryParse(pattern.ToString(), out var name) ? name : null).OfType<ProjectName>().ToList();
        if (names.Count == scope.Patterns.Count)
        {
            return new SourceContent([.. names.Select(NamedProject)]);
        }

        var list = await _list.Value.WaitAsync(cancellationToken);

        return list.Failure is { } failure ? failure : new SourceContent(ProjectsOf(list.Value, scope), list.Value.PassedOver);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>The groups of files that the list has: pages of projects, folders, and files of its own.</summary>
    private List<SourceProject> ProjectsOf(IndexPage list, ProjectScope scope)
    {
        var projects = new List<SourceProject>();
        foreach (var name in list.Projects.Where(scope.Includes))
        {
            projects.Add(PageOf(name, new Uri(list.Address, $"{name}/")));
        }

        foreach (var link in list.ProjectLinks)
        {
            if (IndexPage.NameOf(link) is { } name && scope.Includes(name))
            {
                projects.Add(PageOf(name, link.Target));
            }
        }

        foreach (var folder in list.Folders)
        {
            projects.Add(new SourceProject(folder.Segment, FileCount: null, token => ReadFolderAsync(folder.Target, scope, depth: 1, token)));
        }

        var files = list.Distributions.Where(file => IsIncluded(file, scope)).ToList();
        if (files.Count > 0)
        {
            projects.Add(new SourceProject(_index.AbsolutePath, new SourceListing(Project: null, [.. files.Select(FileOf)])));
        }

        return projects;
    }

    /// <summary>A project by its name; where the index has no page of it, what the list has of it.</summary>
    private SourceProject NamedProject(ProjectName name) => new(name.ToString(), FileCount: null, async token =>
    {
        var page = await ReadPageAsync(name, new Uri(_index, $"{name}/"), token);
        if (page.Failure is not { Kind: FailureKind.NotFound } missing)
        {
            return page;
        }

        var list = await _list.Value.WaitAsync(token);
        var files = new List<SourceFile>();
        foreach (var project in list.Failure is null ? ProjectsOf(list.Value, ScopeOf(name)) : [])
        {
            var listing = await project.ReadAsync(token);
            if (listing.Failure is { Kind: not FailureKind.NotFound } failure)
            {
                return failure;
            }

            files.AddRange(listing.Failure is null ? listing.Value.Files : []);
        }

        return files.Count > 0 ? new SourceListing(name, files) : new Failure(FailureKind.NotFound, $"The index has no project {name}: {missing.Message}");
    });

    private SourceProject PageOf(ProjectName name, Uri page) => new(name.ToString(), FileCount: null, token => ReadPageAsync(name, page, token));

    private async Task<Outcome<SourceListing>> ReadPageAsync(ProjectName name, Uri address, CancellationToken cancellationToken)
    {
        var page = await _pages.ReadProjectAsync(address, name.ToString(), cancellationToken);
        if (page.Failure is { } failure)
        {
            return failure;
        }

        // A folder of a web server whose name is that of a project.
        if (page.Value.Folders.Any())
        {
            return await ReadFolderAsync(page.Value, ScopeOf(name), depth: 1, cancellationToken);
        }

        var status = page.Value.Content.Status;

        return new SourceListing(name, [.. page.Value.Distributions.Select(FileOf)])
        {
            Status = StatusMarkers.TryParse(status?.Marker, out var marker) ? marker : StatusMarker.Active,
            StatusReason = status?.Reason,
        };
    }

    private async Task<Outcome<SourceListing>> ReadFolderAsync(Uri address, ProjectScope scope, int depth, CancellationToken cancellationToken)
    {
        var page = await _pages.ReadProjectAsync(address, project: "", cancellationToken);

        return page.Failure is { } failure ? failure : await ReadFolderAsync(page.Value, scope, depth, cancellationToken);
    }

    private async Task<Outcome<SourceListing>> ReadFolderAsync(IndexPage page, ProjectScope scope, int depth, CancellationToken cancellationToken)
    {
        var files = page.Distributions.Where(file => IsIncluded(file, scope)).Select(FileOf).ToList();
        foreach (var folder in page.Folders)
        {
            if (depth == _client.Options.MaxDepth)
            {
                return new Failure(FailureKind.BadGateway, $"The folders are nested deeper than {_client.Options.MaxDepth}.");
            }

            var below = await ReadFolderAsync(folder.Target, scope, depth + 1, cancellationToken);
            if (below.Failure is not null)
            {
                return below;
            }

            files.AddRange(below.Value.Files.Cast<IndexFile>());
        }

        return new SourceListing(Project: null, files);
    }

    private static ProjectScope ScopeOf(ProjectName name) =>
        new(NamePattern.TryParse(name.ToString(), out var pattern, out _) ? [pattern] : []);

    private static bool IsIncluded(PageFile file, ProjectScope scope) =>
        scope.IsAll || (DistributionFilename.TryParse(file.Filename, out var name) && scope.Includes(name.Project));

    private IndexFile FileOf(PageFile file) => new(_client, file.Filename, new Uri(file.Href))
    {
        Hashes = file.Hashes,
        UploadedAt = DateTimeOffset.TryParse(file.UploadTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null,
        Yanked = file.Yanked,
        RequiresPython = file.RequiresPython,
    };
}
