using System.Runtime.CompilerServices;
using MediatR;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Application.Administration;

/// <summary>GET /health and /health/ready: whether the server can do its work. It takes no credentials, so asking often costs no more than asking.</summary>
public static class CheckHealth
{
    /// <summary>Asks every repository.</summary>
    public sealed record Query : IRequest<Outcome<Health>>;

    /// <summary>How the server is.</summary>
    /// <param name="Repositories">Each repository; none while the server has no configuration.</param>
    public sealed record Health(IReadOnlyList<RepositoryHealth> Repositories)
    {
        /// <summary>Whether it can answer for every repository that it has.</summary>
        public bool IsReady => Repositories.Count > 0 && Repositories.All(repository => repository.NotReady is null);

        /// <summary>Why not everything can be published now, without names; null where it can.</summary>
        public string? NoUploads => Repositories.Select(repository => repository.NoUploads).FirstOrDefault(reason => reason is not null);
    }

    /// <summary>How a repository is.</summary>
    /// <param name="Name">Its name, which is not everybody's to know.</param>
    /// <param name="NotReady">Why nothing of it can be served, as a sentence; null where it can.</param>
    /// <param name="NoUploads">Why nothing can be published to it, as a sentence; null where it can.</param>
    public sealed record RepositoryHealth(RepositoryName Name, string? NotReady, string? NoUploads);

    internal sealed class Handler(IRepositories repositories, TimeProvider time) : IRequestHandler<Query, Outcome<Health>>
    {
        // As long as the repository itself.
        private readonly ConditionalWeakTable<Repository, StorageProbe> _probes = [];

        public async Task<Outcome<Health>> Handle(Query query, CancellationToken cancellationToken) =>
            new Health(await Task.WhenAll((repositories.Current?.All ?? []).Select(repository => AskAsync(repository, cancellationToken))));

        private async Task<RepositoryHealth> AskAsync(Repository repository, CancellationToken cancellationToken)
        {
            var probe = _probes.GetValue(repository, added => new StorageProbe(added.Backend.Probe, time));
            var condition = await probe.AskAsync(cancellationToken);
            var notReady = repository.Index is null ? IndexFailure.NotReadYet : condition.Reading;

            return new RepositoryHealth(repository.Name, notReady?.Message, condition.Writing?.Message);
        }
    }
}
