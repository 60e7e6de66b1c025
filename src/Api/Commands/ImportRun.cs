using MediatR;
using PyWharf.Application.Importing;
using PyWharf.Application.Indexing;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;
using PyWharf.Infrastructure.Importing;

namespace PyWharf.Api.Commands;

/// <summary>Runs <c>pywharf import</c>, beside a running server or without one.</summary>
internal static class ImportRun
{
    /// <summary>Returns 0 if every file is in the repository; otherwise 1, after all others have arrived.</summary>
    public static async Task<int> RunAsync(ImportOptions options, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.Build(options.Root);

        var imported = await ImportAsync(services, options, cancellationToken);
        if (imported.Failure is { } failure)
        {
            await Console.Error.WriteLineAsync($"pywharf: {failure.Message}");

            return 1;
        }

        var report = imported.Value;
        foreach (var line in options.IsJson ? [ImportOutput.Json(options, report)] : ImportOutput.Lines(options, report))
        {
            await Console.Out.WriteLineAsync(line);
        }

        if (report.Stopped is { } why)
        {
            await Console.Error.WriteLineAsync($"pywharf: stopped before the end: {why} The same command goes on.");
        }

        return report.Refused.Count == 0 && report.Stopped is null ? 0 : 1;
    }

    private static async Task<Outcome<ImportReport>> ImportAsync(ServiceProvider services, ImportOptions options, CancellationToken cancellationToken)
    {
        if (!RepositoryName.TryParse(options.Repository, out var name, out var problem))
        {
            return Invalid(problem);
        }

        if (!Directory.Exists(options.Root))
        {
            return Invalid($"there is no folder {options.Root}; --root names the server's root folder");
        }

        if (await CommandConfiguration.FindAsync(options.Root, options.Config, cancellationToken) is not { } documents)
        {
            return Invalid($"there is no config.toml in {options.Root}: --root names the server's folder, --config its configuration");
        }

        documents = CommandConfiguration.WithAdminSecret(documents, options.AdminSecret);
        var opened = Open(services.GetRequiredService<IRepositories>(), documents, name, options);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        using var source = opened.Value.Source;
        var target = opened.Value.Target;
        var sender = services.GetRequiredService<ISender>();
        if (target is not null && (await sender.Send(new SyncIndex.Command(target), cancellationToken)).Failure is { } unreadable)
        {
            return unreadable;
        }

        var plan = new ImportPlan(name, target, options.Projects, options.Jobs, options.IsDryRun);

        return await ProgressDisplay.RunAsync(
            options.IsDryRun ? "Comparing" : "Importing",
            "files",
            progress => services.GetRequiredService<Importer>().RunAsync(source, plan, progress, cancellationToken));
    }

    /// <summary>The source and the repository; no repository in a dry run, where it has no storage yet.</summary>
    private static Outcome<(IImportSource Source, Repository? Target)> Open(
        IRepositories repositories, ConfigurationDocuments documents, RepositoryName name, ImportOptions options)
    {
        var opened = repositories.OpenSome(documents, [name], creates: options.IsDryRun ? null : name);
        if (opened.Failure is { } failure && !(options.IsDryRun && failure.Kind == FailureKind.NotFound))
        {
            return failure;
        }

        return Directory.Exists(options.Source)
            ? (new FolderSource(Path.GetFullPath(options.Source)), opened.Failure is null ? opened.Value.Find(name) : null)
            : Invalid($"there is no folder {options.Source}");
    }

    private static Failure Invalid(string message) => new(FailureKind.Invalid, message);
}
