using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Audit;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backup;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.Database.PostgreSql;
using PyWharf.Infrastructure.State;
using PyWharf.Infrastructure.Upstream;

namespace PyWharf.Api.Commands;

/// <summary>Runs the command verify.</summary>
internal static class VerifyRun
{
    /// <summary>Returns 0 if all is well; otherwise 1, with a line per fault on standard output, or with a line on standard error that says why nothing was checked.</summary>
    public static async Task<int> RunAsync(VerifyOptions options, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.Build(options.Root, options.Database);

        var configured = await FindRepositoriesAsync(services, options, cancellationToken);
        if (configured.Failure is { } failure)
        {
            var exitCode = await CommandFailure.WriteAsync(failure);
            if (!options.Audit || options.Config is not null || options.Repository is not null)
            {
                return exitCode;
            }

            await Console.Error.WriteLineAsync("pywharf: so the audit log alone is checked");
        }

        var reports = new List<KeyValuePair<string, VerificationReport>>();
        foreach (var config in configured.Failure is null ? configured.Value : [])
        {
            reports.Add(new(config.Name.ToString(), await VerifyAsync(config, services.GetRequiredService<BackendCatalog>()[config.Type], options.Root, cancellationToken)));
        }

        var audit = options.Audit ? await CheckAuditAsync(services, options, cancellationToken) : null;
        var result = new VerifyResult(reports, audit);
        if (options.IsJson)
        {
            await Console.Out.WriteLineAsync(result.Json());
        }
        else
        {
            foreach (var line in result.Lines())
            {
                await Console.Out.WriteLineAsync(line);
            }
        }

        if (options.Audit && audit is null)
        {
            await Console.Error.WriteLineAsync($"pywharf: there is no audit log in {options.Root}: name the server's folder");

            return 1;
        }

        return result.IsSound ? 0 : 1;
    }

    private static async Task<Outcome<IReadOnlyList<RepositoryConfig>>> FindRepositoriesAsync(
        ServiceProvider services, VerifyOptions options, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(options.Root))
        {
            return Invalid($"there is no folder {options.Root}: name the server's folder");
        }

        if (File.Exists(Path.Combine(options.Root, ServerRoot.UnfinishedBackup)))
        {
            return Invalid($"{options.Root} is a backup that was broken off: run pywharf backup again, which finishes it");
        }

        ConfigurationDocuments? documents;
        try
        {
            documents = await CommandConfiguration.PeekAsync(services.GetRequiredService<IConfigurationStore>(), options.Root, options.Config, cancellationToken);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Invalid(exception.Message);
        }

        if (documents is null)
        {
            return Invalid($"there is no config.toml in {options.Root}: name the server's folder, and its configuration with --config");
        }

        if (!ConfigFile.TryRead(documents.Config, documents.ConfigName, services.GetRequiredService<BackendCatalog>().Keys, out var configs, out var problem))
        {
            return Invalid(problem);
        }

        if (options.Repository is not { } wanted)
        {
            return Outcome.Of<IReadOnlyList<RepositoryConfig>>([.. configs.Where(config => !config.IsGroup)]);
        }

        return configs.Where(config => RepositoryName.TryParse(wanted, out var name, out _) && config.Name == name).ToList() is [var only]
            ? only.IsGroup ? new Failure(FailureKind.NotAllowed, $"{only.Name} is a group, which has no packages of its own: name one of its members: {string.Join(", ", only.Members)}") : new[] { only }
            : Invalid($"{documents.ConfigName} has no repository {wanted}; it has {string.Join(", ", configs.Select(config => config.Name))}");
    }

    private static async Task<VerificationReport> VerifyAsync(
        RepositoryConfig config, IBackendType type, string root, CancellationToken cancellationToken)
    {
        var report = new VerificationReport();
        try
        {
            return await ProgressDisplay.RunAsync($"Verifying {config.Name}", "files", async progress =>
            {
                await type.VerifyAsync(config, root, report, progress, cancellationToken);
                if (report.Files == 0 && type.StorageFolder(root, config.Name) is not null && BackupManifest.Find(root) is { Packages: false })
                {
                    report.Add("this is a backup without packages, so no package was verified; pywharf backup --packages copies them too");
                }

                await UpstreamPageVerification.RunAsync(root, config.Name, report, progress, cancellationToken);
                await UpstreamFileVerification.RunAsync(root, config.Name, report, progress, cancellationToken);

                return report;
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            report.Add(new StorageFault(StorageFaultKind.Storage, Project: null, File: null, $"not all of the storage can be read, and the rest was not checked: {exception.Message}"));

            return report;
        }
    }

    private static async Task<VerifyResult.AuditResult?> CheckAuditAsync(ServiceProvider services, VerifyOptions options, CancellationToken cancellationToken)
    {
        if (options.Database is not null)
        {
            var (rows, faulty) = await PostgreSqlAuditCheck.RunAsync(services.GetRequiredService<PostgreSqlDatabase>(), cancellationToken);

            return new VerifyResult.AuditResult(rows, Files: null, HasHead: true, faulty);
        }

        using var log = await AuditSnapshot.TakeAsync(new AuditFiles(new ServerRoot(options.Root).At("log")), TimeProvider.System, cancellationToken);
        if (log is { Files.Count: 0, Head: null })
        {
            return null;
        }

        var (lines, faults) = AuditCheck.Run(log, cancellationToken);

        return new VerifyResult.AuditResult(lines, log.Files.Count, log.Head is not null, faults);
    }

    private static Failure Invalid(string message) => new(FailureKind.Invalid, message);
}
