using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Caching.Memory;
using PyWharf.Api.Pages.Descriptions;
using PyWharf.Api.Pages.Parts;
using PyWharf.Application.Browsing;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Api.Pages;

/// <summary>
/// Renders the pages of projects, and keeps them while nothing in the repository changes; descriptions, which cost most, while their project does not. A
/// reader of a part of the projects gets a page of their own, as it says which dependencies are here.
/// </summary>
internal sealed class ProjectPageCache(PageRenderer renderer, DescriptionRenderer descriptions) : IDisposable
{
    private const long MaxBytes = 32 * 1024 * 1024;
    private const int BytesPerCharacter = sizeof(char);

    // The key includes the host that the client requested, so the number of entries is up to clients: their size is limited.
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = MaxBytes });

    /// <summary>The page of a project without its frame.</summary>
    /// <param name="details">The project.</param>
    /// <param name="links">The URLs as the visitor's browser sees them.</param>
    /// <param name="access">What a form of the visitor may change.</param>
    public async ValueTask<MarkupString> GetBodyAsync(ProjectDetails details, PageLinks links, AccessLevel access)
    {
        var key = new BodyKey(details.Repository, details.IsOpen, details.Project.Name, details.Release.Version, details.Releases.Page, details.Files.Page, links, access);
        if (details.ReadsAll && Find(key, details.Index) is { } kept)
        {
            return kept;
        }

        var body = new MarkupString(await renderer.RenderAsync<ProjectBody>(new Dictionary<string, object?>
        {
            [nameof(ProjectBody.Model)] = details,
            [nameof(ProjectBody.Links)] = links,
            [nameof(ProjectBody.Description)] = DescriptionOf(details),
            [nameof(ProjectBody.Access)] = access,
        }));

        return details.ReadsAll ? Keep(key, details.Index, body) : body;
    }

    public void Dispose() => _cache.Dispose();

    private MarkupString DescriptionOf(ProjectDetails details)
    {
        var key = new DescriptionKey(details.Repository, details.Project.Name, details.Release.Version);

        return Find(key, details.Project) ?? Keep(key, details.Project, descriptions.Render(details.Fields["description"], details.Fields["description_content_type"]));
    }

    /// <summary>What was made of an object; null if it was made of another one.</summary>
    private MarkupString? Find(object key, object source) => _cache.Get<Entry>(key) is { } entry && entry.Source.TryGetTarget(out var of) && ReferenceEquals(of, source) ? entry.Html : null;

    private MarkupString Keep(object key, object source, MarkupString html)
    {
        _cache.Set(key, new Entry(new WeakReference<object>(source), html), new MemoryCacheEntryOptions { Size = ((html.Value?.Length ?? 0) * BytesPerCharacter) + 1024 });

        return html;
    }

    // An entry that is out of date must not keep an old index in memory.
    private sealed record Entry(WeakReference<object> Source, MarkupString Html);

    private sealed record BodyKey(
        RepositoryName Repository, bool IsOpen, ProjectName Project, PackageVersion Version, int ReleasesPage, int FilesPage, PageLinks Links, AccessLevel Access);

    private sealed record DescriptionKey(RepositoryName Repository, ProjectName Project, PackageVersion Version);
}
