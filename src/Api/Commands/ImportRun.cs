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
        await using var services = CommandServices.Build(options.Root, options.Database);

        var imported = await ImportAsync(services, options, cancellationToken);
        if (imported.Failure is { } failure)
        {
            return await CommandFailure.WriteAsync(failure);
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

        // With a configuration of its own, the import may come before the first start of the server.
        if (!Directory.Exists(options.Root) && options.Config is null)
        {
            return Invalid($"there is no folder {options.Root}; --root names the server's root folder");
        }

        if (await CommandConfiguration.FindAsync(services.GetRequiredService<IConfigurationStore>(), options.Root, options.Config, cancellationToken) is not { } documents)
        {
            return Invalid(CommandConfiguration.None(options.Root, options.Database));
        }

        documents = CommandConfiguration.WithAdminSecret(documents, options.AdminSecret);
        var repositories = services.GetRequiredService<IRepositories>();
        var configured = repositories.OpenWithoutStorage(documents);
        if (configured.Failure is { } malformed)
        {
            return malformed;
        }

        var from = RepositoryName.TryParse(options.Source, out var other, out _) && configured.Value.Find(other) is not null ? other : null;
        if (from == name)
        {
            return Invalid($"{name} is the repository itself: ./{name} is a folder of that name");
        }

        var opened = Open(repositories, documents, name, from, options.IsDryRun);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        var sender = services.GetRequiredService<ISender>();
        foreach (var repository in opened.Value.All)
        {
            if ((await sender.Send(new SyncIndex.Command(repository), cancellationToken)).Failure is { } unreadable)
            {
                return unreadable;
            }
        }

        var found = SourceOf(options, opened.Value, from);
        if (found.Failure is { } missing)
        {
            return missing;
        }

        using var source = found.Value;
        var target = opened.Value.Find(name);
        var plan = new ImportPlan(name, target, options.Projects, options.Jobs, options.IsDryRun);

        return await ProgressDisplay.RunAsync(
            options.IsDryRun ? "Comparing" : "Importing",
            "files",
            progress => services.GetRequiredService<Importer>().RunAsync(source, plan, progress, cancellationToken));
    }

    /// <summary>Opens the repositories. In a dry run without the one that is imported into, where it has no storage yet.</summary>
    private static Outcome<RepositorySet> Open(
        IRepositories repositories, ConfigurationDocuments documents, RepositoryName name, RepositoryName? from, bool isDryRun)
    {
        RepositoryName[] sources = from is null ? [] : [from];
        var opened = repositories.OpenSome(documents, [name, .. sources], creates: isDryRun ? null : name);

        return isDryRun && opened.Failure is { Kind: FailureKind.NotFound } ? repositories.OpenSome(documents, sources, creates: null) : opened;
    }

    private static Outcome<IImportSource> SourceOf(ImportOptions options, RepositorySet opened, RepositoryName? from)
    {
        if (from is not null && opened.Find(from) is { } repository)
        {
            return new RepositorySource(repository, opened.AdminSecretOf(from) ?? new Secret(""), new IndexOptions(), TimeProvider.System);
        }

        if (options.Source.Contains("://", StringComparison.Ordinal))
        {
            var credentials = options is { User: { } user, Password: { } password } ? (user, password) : ((string, string)?)null;

            return new SimpleIndexSource(new Uri(options.Source), credentials, new IndexOptions(), TimeProvider.System);
        }

        var folder = Path.GetFullPath(options.Source);

        return !Directory.Exists(folder)
            ? Invalid($"there is no folder {options.Source}, and no repository of that name in the configuration")
            : Outcome.Of<IImportSource>(DevpiExportSource.Find(folder) is { } export ? export : new FolderSource(folder));
    }

    private static Failure Invalid(string message) => new(FailureKind.Invalid, message);
}
