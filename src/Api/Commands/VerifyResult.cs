using System.Globalization;
using PyWharf.Infrastructure.Backends;

namespace PyWharf.Api.Commands;

/// <summary>What <c>pywharf verify</c> prints, as lines or as JSON.</summary>
/// <param name="Repositories">The reports by the names of repositories.</param>
/// <param name="Audit">What was found of the audit log; null where it was not checked.</param>
internal sealed record VerifyResult(IReadOnlyList<KeyValuePair<string, VerificationReport>> Repositories, VerifyResult.AuditResult? Audit)
{
    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => Repositories.All(repository => repository.Value.Faults.Count == 0) && Audit is not { Faults.Count: > 0 };

    /// <summary>A line for each fault, then a summary of each part and what was not checked.</summary>
    public IEnumerable<string> Lines()
    {
        foreach (var (name, report) in Repositories)
        {
            foreach (var fault in report.Faults)
            {
                yield return $"{string.Join(": ", PlaceOf(name, fault))}: {fault.Message}";
            }
        }

        foreach (var fault in Audit?.Faults ?? [])
        {
            yield return fault;
        }

        foreach (var (name, report) in Repositories)
        {
            var verdict = report.Faults.Count switch { 0 => report.Files > 0 ? "all is well" : "no fault", 1 => "1 fault", var count => $"{count} faults" };
            yield return string.Create(CultureInfo.InvariantCulture, $"{name}: {report.Files} files with {report.Bytes} bytes were read: {verdict}");

            foreach (var note in report.Notes)
            {
                yield return $"note: {name}: {note}";
            }
        }

        if (Audit is { Faults.Count: 0 })
        {
            yield return $"audit log: {Audit.Lines} lines in {(Audit.Files is { } files ? $"{files} files" : "the database")}, all of them as they were written";

            if (!Audit.HasHead)
            {
                yield return "note: audit.head is not beside it, so nothing shows whether its newest lines were removed";
            }
        }
    }

    /// <summary>One document.</summary>
    public string Json() => JsonOutput.Of(
        new
        {
            Files = Repositories.Sum(repository => repository.Value.Files),
            Bytes = Repositories.Sum(repository => repository.Value.Bytes),
            Faults = Repositories
                .SelectMany(repository => repository.Value.Faults.Select(fault => new { Repository = (string?)repository.Key, fault.Project, fault.File, fault.Kind, fault.Message }))
                .Concat((Audit?.Faults ?? []).Select(fault => new { Repository = (string?)null, Project = (string?)null, File = Audit?.Files is null ? null : fault.Split(':')[0], Kind = "audit", Message = fault })),
            Repositories = Repositories.Select(repository => new { Name = repository.Key, repository.Value.Files, repository.Value.Bytes, repository.Value.Notes }),
            Audit = Audit is null ? null : new { Audit.Lines, Audit.Files },
        });

    private static IEnumerable<string> PlaceOf(string repository, StorageFault fault)
    {
        yield return repository;

        if (fault.Project is not null || fault.File is not null)
        {
            yield return string.Join('/', new[] { fault.Project, fault.File }.OfType<string>());
        }
    }

    /// <param name="Lines">The number of lines.</param>
    /// <param name="Files">The number of files; null where the log is in a database.</param>
    /// <param name="HasHead">Whether the digest of the newest line is noted beside it.</param>
    /// <param name="Faults">A sentence for each fault.</param>
    internal sealed record AuditResult(long Lines, int? Files, bool HasHead, IReadOnlyList<string> Faults);
}
