using System.Runtime.CompilerServices;
using MediatR;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>GET /health and /health/ready: whether the server can do its work. Needs no credentials; probes are cached, so frequent requests are cheap.</summary>
public static class CheckHealth
{
    /// <summary>Checks every repository.</summary>
    public sealed record Query : IRequest<Outcome<Health>>;

    /// <summary>Health of the server.</summary>
    /// <param name="Repositories">All repositories; empty while the server has no configuration.</param>
    public sealed record Health(IReadOnlyList<RepositoryHealth> Repositories)
    {
        /// <summary>Whether it can serve every repository.</summary>
        public bool IsReady => Repositories.Count > 0 && Repositories.All(repository => repository.NotReady is null);

        /// <summary>Why uploads to some repository fail now, without its name; null if none does.</summary>
        public string? NoUploads => Repositories.Select(repository => repository.NoUploads).FirstOrDefault(reason => reason is not null);

        /// <summary>Which servers that it needs can't be used now, a sentence each, without repositories' names.</summary>
        public IEnumerable<string> Degraded => Repositories.SelectMany(repository => (string?[])[repository.Degraded, repository.NoUpstream]).OfType<string>().Distinct();
    }

    /// <summary>Health of a repository.</summary>
    /// <param name="Name">Its name, which must not be disclosed to everybody.</param>
    /// <param name="NotReady">Why it can't be served, a sentence; null if it can.</param>
    /// <param name="NoUploads">Why it takes no uploads, a sentence; null if it does.</param>
    /// <param name="Degraded">Why another server that it needs can't be used, a sentence; null if all can.</param>
    /// <param name="NoUpstream">That an upstream index can't be used, a sentence; null if all can. It names no host, which must not be disclosed to everybody.</param>
    public sealed record RepositoryHealth(RepositoryName Name, string? NotReady, string? NoUploads, string? Degraded, string? NoUpstream);

    internal sealed class Handler(IRepositories repositories, IndexAgeLimit limit, TimeProvider time) : IRequestHandler<Query, Outcome<Health>>
    {
        private const string NoUpstream = "An upstream index can't be used now, so that what is kept of it is served, and nothing else.";

        // Entries live as long as their repository.
        private readonly ConditionalWeakTable<Repository, StorageProbe> _probes = [];

        public async Task<Outcome<Health>> Handle(Query query, CancellationToken cancellationToken) =>
            new Health(await Task.WhenAll((repositories.Current?.All ?? []).Select(repository => AskAsync(repository, cancellationToken))));

        private async Task<RepositoryHealth> AskAsync(Repository repository, CancellationToken cancellationToken)
        {
            var probe = _probes.GetValue(repository, added => new StorageProbe(added.Backend.Probe, time));
            var condition = await probe.AskAsync(cancellationToken);
            var notReady = repository.Index is null ? IndexFailure.NotReadYet.Message : condition.Reading?.Message ?? TooOld(repository);

            var noUpstream = repository.Upstreams.Any(upstream => upstream.Trouble is not null) ? NoUpstream : null;

            return new RepositoryHealth(repository.Name, notReady, condition.Writing?.Message, repository.Backend.Degraded, noUpstream);
        }

        /// <summary>Only for operators who ask for it: with an old index, installations go on.</summary>
        private string? TooOld(Repository repository) =>
            limit.MaxAge is { } most && repository.ReadAt is not 0 and var readAt && time.GetElapsedTime(readAt) is var age && age > most
                ? $"Its index is {age.TotalSeconds:F0} s old, as changes of other servers can't be read; --ready_max_index_age allows {most.TotalSeconds:F0} s."
                : null;
    }
}
