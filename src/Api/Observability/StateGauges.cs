using System.Diagnostics.Metrics;
using PyWharf.Application.Repositories;
using PyWharf.Application.Sessions;
using PyWharf.Application.Telemetry;

namespace PyWharf.Api.Observability;

/// <summary>Gauges of what the server has now, read when metrics are asked for.</summary>
internal sealed class StateGauges
{
    private const string RepositoryTag = "repository";

    private readonly IRepositories _repositories;
    private readonly TimeProvider _time;

    public StateGauges(IMeterFactory meters, IRepositories repositories, ISessionStore sessions, TimeProvider time)
    {
        _repositories = repositories;
        _time = time;
        repositories.Replaced += set => Instruments.Begin(set.All.Select(repository => repository.Name));
        var meter = meters.Create(Instruments.Name);
        meter.CreateObservableGauge("pywharf.index.files", () => Read(repository => repository.Index?.FileCount), description: "Files in the index");
        meter.CreateObservableGauge("pywharf.index.projects", () => Read(repository => repository.Index?.ProjectCount), description: "Projects in the index");
        meter.CreateObservableGauge("pywharf.index.age", ReadAges, "s", "Time since index and storage were last compared with success");
        meter.CreateObservableGauge("pywharf.sessions", () => sessions.Count, description: "Browser sessions that have not expired");
        meter.CreateObservableGauge(
            "pywharf.build.info",
            () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", ProgramVersion.Number), new KeyValuePair<string, object?>("commit", ProgramVersion.Commit)),
            description: "What runs here");
    }

    private IEnumerable<Measurement<int>> Read(Func<Repository, int?> value) =>
        from repository in _repositories.Current?.All ?? []
        let number = value(repository)
        where number is not null
        select new Measurement<int>(number.Value, TagOf(repository));

    private IEnumerable<Measurement<double>> ReadAges() =>
        from repository in _repositories.Current?.All ?? []
        let syncedAt = repository.SyncedAt
        where syncedAt != 0
        select new Measurement<double>(_time.GetElapsedTime(syncedAt).TotalSeconds, TagOf(repository));

    private static KeyValuePair<string, object?> TagOf(Repository repository) => new(RepositoryTag, repository.Name.ToString());
}
