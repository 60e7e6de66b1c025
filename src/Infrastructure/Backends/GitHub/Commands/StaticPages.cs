using PyWharf.Application.Rendering;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.GitHub.Api;
using PyWharf.Infrastructure.Backends.GitHub.Index;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.GitHub.Commands;

/// <summary>
/// github.gen_gh_pages: writes a static index for any web server, with links to GitHub's public download URLs. Throws <see cref="CommandException"/> where
/// it can't be written.
/// </summary>
/// <param name="config">The repository.</param>
/// <param name="token">The user's token.</param>
/// <param name="api">GitHub.</param>
/// <param name="log">Gets progress and warnings, a line each.</param>
internal sealed class StaticPages(GitHubConfig config, Secret token, GitHubApi api, TextWriter log)
{
    private const int ReleasesPerLine = 1000;

    /// <summary>Writes all of it, or nothing.</summary>
    /// <param name="folder">The output folder.</param>
    /// <returns>The numbers of projects and files.</returns>
    public async Task<(int Projects, int Files)> WriteAsync(string folder, CancellationToken cancellationToken)
    {
        if (File.Exists(folder))
        {
            throw new CommandException($"{folder} is a file: --output_folder names a folder.");
        }

        try
        {
            if ((await api.GetRepositoryAsync(token, cancellationToken)).Private)
            {
                await log.WriteLineAsync(
                    "warning: this repository is private, so pip can't follow the links; and who reads the pages sees the names of its packages.");
            }

            var tree = await api.GetTreeAsync(token, config.Branch, recursive: true, cancellationToken);
            if (tree is { Truncated: true })
            {
                throw new CommandException($"The branch {config.Branch} has more files than GitHub lists: some of them may say what was deleted.");
            }

            if (tree?.Find(config.IndexFilename) is not { } entry)
            {
                throw new CommandException($"There is no {config.IndexFilename} on the branch {config.Branch}: update_index writes it.");
            }

            var content = await api.GetBlobAsync(token, entry.Sha, cancellationToken);
            if (!IndexFile.TryRead(content, config.IndexFilename, out var packages, out var problem))
            {
                throw new CommandException(problem);
            }

            var records = await ReadRecordsAsync(tree, cancellationToken);
            var files = await FindFilesAsync(packages, cancellationToken);
            var index = RepositoryIndex.Empty.With(new IndexChanges(Revision: 1, packages.Time, files, [], records));

            using var site = new StaticFolder(folder);
            site.Add(config.IndexFilename, content);
            foreach (var project in index.Projects)
            {
                site.AddPage(project.Name.ToString(), SimplePage.Render(() => PageOf(project)));
            }

            var offered = index.Projects.Where(project => project.IsOffered).ToList();
            site.AddProjectList([.. offered.Select(project => project.Name.ToString()).Order(StringComparer.Ordinal)]);
            site.Publish();

            return (offered.Count, offered.Sum(project => project.InOrder().Count));
        }
        catch (GitHubException exception)
        {
            throw new CommandException(GitHubFailure.Of(exception, "the pages are not written").Message, exception);
        }
    }

    private static ProjectPage PageOf(ProjectFiles project)
    {
        var page = ProjectPageFactory.Create(project);

        return page with { Files = [.. page.Files.Select(file => file with { Href = project.Find(file.Filename)?.Location ?? file.Href })] };
    }

    /// <summary>The records of projects. An unreadable one is an error, as it may say that a file is deleted.</summary>
    private async Task<List<KeyValuePair<ProjectName, ProjectRecord>>> ReadRecordsAsync(GitHubTree tree, CancellationToken cancellationToken)
    {
        var records = new List<KeyValuePair<ProjectName, ProjectRecord>>();
        foreach (var entry in tree.Tree)
        {
            if (entry.Type == "blob" && RemoteRecords.ProjectAt(entry.Path) is { } project)
            {
                var content = await api.GetBlobAsync(token, entry.Sha, cancellationToken);
                records.Add(RecordFile.TryRead(content, entry.Path, out var record, out var problem)
                    ? new(project, record)
                    : throw new CommandException(problem));
            }
        }

        return records;
    }

    /// <summary>The files of the index that are on GitHub, with their public download URLs.</summary>
    private async Task<List<PackageFile>> FindFilesAsync(PackageIndex packages, CancellationToken cancellationToken)
    {
        var listed = await ListAssetsAsync(cancellationToken);
        var files = new Dictionary<string, PackageFile>(StringComparer.Ordinal);
        foreach (var package in packages.Packages)
        {
            var name = IndexMerge.FilenameOf(package);
            if (!IndexedFile.TryRead(package, config.Assets, out var read, out var problem))
            {
                await log.WriteLineAsync($"left out: {name}: {problem}");
            }
            else if (AssetUrl.TryParse(package.Url, config.Assets, out var url) && await FindAsync(listed, url, cancellationToken) is { } found)
            {
                files.TryAdd(name, read.File with
                {
                    Location = found.Asset.BrowserDownloadUrl.AbsoluteUri,
                    Size = found.Asset.Size,
                    UploadedAt = read.File.UploadedAt ?? found.PublishedAt,
                });
            }
            else
            {
                await log.WriteLineAsync($"left out: {name}: it is in the index and not on GitHub any more");
            }
        }

        return [.. files.Values];
    }

    private async Task<Dictionary<long, PublishedAsset>> ListAssetsAsync(CancellationToken cancellationToken)
    {
        var assets = new Dictionary<long, PublishedAsset>();
        var releases = 0;
        await foreach (var release in api.ListReleasesAsync(token, cancellationToken))
        {
            foreach (var asset in release.Draft ? [] : release.Assets)
            {
                assets[asset.Id] = new PublishedAsset(asset, release.PublishedAt);
            }

            if (++releases % ReleasesPerLine == 0)
            {
                await log.WriteLineAsync($"{releases} releases read");
            }
        }

        return assets;
    }

    /// <summary>An asset, requested where the list lacks it: GitHub's list lags, and ends after 10,000 releases.</summary>
    private async ValueTask<PublishedAsset?> FindAsync(Dictionary<long, PublishedAsset> listed, AssetUrl url, CancellationToken cancellationToken) =>
        listed.GetValueOrDefault(url.Id)
        ?? (await api.FindAssetAsync(token, url.Uri, cancellationToken) is { } asset ? new PublishedAsset(asset, PublishedAt: null) : null);

    private sealed record PublishedAsset(GitHubAsset Asset, DateTimeOffset? PublishedAt);
}
