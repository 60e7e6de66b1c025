using System.Diagnostics;
using System.Runtime.CompilerServices;
using PyWharf.Application.Rendering;
using PyWharf.Application.Repositories;
using PyWharf.Application.Upstream;
using PyWharf.Domain;

namespace PyWharf.Application.Resolution;

/// <summary>
/// The only caller of upstream indexes. It never asks for a name that any repository of this server reserves, published or not (dependency
/// confusion, docs/decisions/0021), and applies the repository's rules to whatever comes, kept or not. Its callers make sure that the project does not
/// exist here.
/// </summary>
internal sealed class UpstreamGate(IRepositories repositories, TimeProvider time)
{
    private const string Reserve = "reserve";

    // A page that nothing is kept back from is rendered once.
    private readonly ConditionalWeakTable<UpstreamProject, OfferedPage> _pages = [];

    /// <summary>The project's page, with the files that the rules let pass.</summary>
    /// <returns>Failures are those of <see cref="IUpstream.GetProjectAsync"/>; <see cref="FailureKind.NotFound"/> also for a reserved name, or one that a rule refuses.</returns>
    /// <param name="repository">The repository.</param>
    /// <param name="project">The project.</param>
    /// <param name="at">The moment until which files have to have been uploaded; null for now.</param>
    /// <param name="cancellationToken">Ends the wait of this caller only.</param>
    public async ValueTask<Outcome<RenderedPage>> GetPageAsync(Repository repository, ProjectName project, DateTimeOffset? at, CancellationToken cancellationToken) =>
        await FindAsync(repository, project, cancellationToken) switch
        {
            UpstreamSearch.Found(var offer) => at is { } moment ? PageOf(offer, moment) : PageOf(offer),
            var other => AbsenceOf(other),
        };

    /// <summary>As <see cref="GetPageAsync"/>: the content of the page, and the host that it is from.</summary>
    public async ValueTask<Outcome<(string Host, ProjectPage Page)>> DescribeAsync(Repository repository, ProjectName project, CancellationToken cancellationToken) =>
        await FindAsync(repository, project, cancellationToken) switch
        {
            UpstreamSearch.Found(var offer) => (offer.Project.Host, OfferedFiles.Of(offer, time.GetUtcNow()).Page),
            var other => AbsenceOf(other),
        };

    /// <summary>A file on that page, or its metadata document.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="project">The project.</param>
    /// <param name="filename">Exactly as the page has it, not percent-encoded; with the suffix <c>.metadata</c> for the document.</param>
    /// <param name="at">The moment until which it has to have been uploaded; null for now.</param>
    /// <param name="cancellationToken">Ends the wait of this caller only.</param>
    /// <returns>
    /// Failures are those of <see cref="IUpstream.OpenAsync"/>; <see cref="FailureKind.Forbidden"/> if a rule refuses the file or its project, but
    /// <see cref="FailureKind.NotFound"/> for a reserved name.
    /// </returns>
    public async ValueTask<Outcome<UpstreamFile>> OpenAsync(
        Repository repository, ProjectName project, string filename, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        var search = await FindAsync(repository, project, cancellationToken);
        if (search is not UpstreamSearch.Found(var offer))
        {
            return search is UpstreamSearch.Ruled({ Rule: not Reserve } refused) ? new Failure(FailureKind.Forbidden, refused.Reason) : AbsenceOf(search);
        }

        if (offer.Project.Find(filename) is not var (file, isMetadata))
        {
            return new Failure(FailureKind.NotFound, $"Project {project} has no such file.");
        }

        if (at is { } moment && !offer.ExistedAt(file, moment))
        {
            return new Failure(FailureKind.NotFound, $"Project {project} had no such file then.");
        }

        return offer.Against(file, time.GetUtcNow()) is { } ruling
            ? new Failure(FailureKind.Forbidden, ruling.Reason)
            : await offer.Source.Index.OpenAsync(offer.Project, file, isMetadata, cancellationToken);
    }

    /// <summary>What the rules say of the project and of each of its files.</summary>
    /// <returns>Failures are those of <see cref="IUpstream.GetProjectAsync"/>.</returns>
    public async ValueTask<Outcome<Explanation>> ExplainAsync(Repository repository, ProjectName project, CancellationToken cancellationToken) =>
        await FindAsync(repository, project, cancellationToken) switch
        {
            UpstreamSearch.Found(var offer) => Explanation.Of(repository.Name, offer, time.GetUtcNow()),
            UpstreamSearch.Ruled(var ruling) => Explanation.Of(repository.Name, project, ruling),
            var other => AbsenceOf(other),
        };

    /// <summary>Looks for the first upstream index that has the project. One that can't be asked is not skipped: the project may be there.</summary>
    private async ValueTask<UpstreamSearch> FindAsync(Repository repository, ProjectName project, CancellationToken cancellationToken)
    {
        // Reads the current set each time: a new configuration applies at once.
        if (repositories.Current?.Reserves(project) != false)
        {
            return new UpstreamSearch.Ruled(Reserved(project));
        }

        // What one member of a group denies comes from no member: clients know the group's URL only.
        if (repository.IsGroup && repository.Upstreams.Select(source => source.Rules.Denial(project)).FirstOrDefault(denial => denial is not null) is { } denied)
        {
            return new UpstreamSearch.Ruled(denied);
        }

        UpstreamSearch? absent = null;
        foreach (var source in repository.Upstreams)
        {
            if (source.Rules.Against(project) is { } ruling)
            {
                absent = new UpstreamSearch.Ruled(ruling);
                continue;
            }

            var found = await source.Index.GetProjectAsync(project, cancellationToken);
            if (found.Failure is not { } failure)
            {
                return new UpstreamSearch.Found(new UpstreamOffer(source, found.Value));
            }

            if (failure.Kind != FailureKind.NotFound)
            {
                return new UpstreamSearch.Failed(failure);
            }

            absent ??= new UpstreamSearch.Failed(failure);
        }

        return absent ?? new UpstreamSearch.Failed(ProjectFailure.NotFound(project));
    }

    private RenderedPage PageOf(UpstreamOffer offer)
    {
        var now = time.GetUtcNow();
        if (!_pages.TryGetValue(offer.Project, out var made) || made.Rules != offer.Source.Rules || made.Until <= now)
        {
            var files = OfferedFiles.Of(offer, now);
            made = new OfferedPage(offer.Source.Rules, files.Until, SimplePage.Render(files.Page));
            _pages.AddOrUpdate(offer.Project, made);
        }

        return made.Page;
    }

    /// <summary>The page as of a moment. Not kept: clients name any.</summary>
    private Outcome<RenderedPage> PageOf(UpstreamOffer offer, DateTimeOffset moment) => offer.Project.Page.Files.Any(file => offer.ExistedAt(file, moment))
        ? SimplePage.RenderOnce(() => OfferedFiles.Of(offer, time.GetUtcNow(), moment).Page, offer.Project.Page.Files.Count)
        : ProjectFailure.NotYet(offer.Project.Name);

    // 404 also for a project that a rule refuses: an installer takes 403 for a server that is broken.
    private static Failure AbsenceOf(UpstreamSearch search) => search switch
    {
        UpstreamSearch.Ruled(var ruling) => new Failure(FailureKind.NotFound, ruling.Reason),
        UpstreamSearch.Failed(var failure) => failure,
        _ => throw new UnreachableException(),
    };

    // Does not say by which repository: that would tell readers of one repository about others.
    private static Ruling Reserved(ProjectName project) => new(
        Reserve, $"There is no project {project} in this repository, and its name is reserved on this server: no other index is asked for it.");

    /// <param name="Rules">The rules that decided.</param>
    /// <param name="Until">When the next file becomes old enough; null if no file is too young.</param>
    /// <param name="Page">The page.</param>
    private sealed record OfferedPage(UpstreamRules Rules, DateTimeOffset? Until, RenderedPage Page);
}
