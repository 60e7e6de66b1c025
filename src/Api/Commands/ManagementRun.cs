using MediatR;
using PyWharf.Application.Access;
using PyWharf.Application.Indexing;
using PyWharf.Application.Management;
using PyWharf.Application.Ports;
using PyWharf.Application.Repositories;
using PyWharf.Domain;

namespace PyWharf.Api.Commands;

/// <summary>Runs the management commands (yank, unyank, delete, status) without a server.</summary>
internal static class ManagementRun
{
    /// <summary>Returns 0 on success; on failure 1, with one line on standard error.</summary>
    public static async Task<int> RunAsync(ManagementOptions options, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.Build(options.Root, options.Database);

        var lines = await ExecuteAsync(services, options, cancellationToken);
        if (lines.Failure is { } failure)
        {
            return await CommandFailure.WriteAsync(failure);
        }

        foreach (var line in lines.Value)
        {
            await Console.Out.WriteLineAsync(line);
        }

        return 0;
    }

    private static async Task<Outcome<IReadOnlyList<string>>> ExecuteAsync(
        ServiceProvider services, ManagementOptions options, CancellationToken cancellationToken)
    {
        if (!RepositoryName.TryParse(options.Repository, out var name, out var problem))
        {
            return Invalid(problem);
        }

        if (!ProjectName.TryParse(options.Project, out var project))
        {
            return Invalid($"{options.Project} is no project name");
        }

        if (!Directory.Exists(options.Root))
        {
            return Invalid($"there is no folder {options.Root}; --root names the server's root folder");
        }

        if (await CommandConfiguration.FindAsync(services.GetRequiredService<IConfigurationStore>(), options.Root, options.Config, cancellationToken) is not { } documents)
        {
            return Invalid(CommandConfiguration.None(options.Root, options.Database));
        }

        var given = options.Secret is null ? null : new Secret(options.Secret);
        var opened = services.GetRequiredService<IRepositories>().OpenOne(documents, name, given);
        if (opened.Failure is { } failure)
        {
            return failure;
        }

        var repository = opened.Value;
        if (given is null && !repository.Settings.HoldsWriteSecret)
        {
            return Invalid("the configuration holds no write secret for this repository: --secret_env names the variable that does");
        }

        var sender = services.GetRequiredService<ISender>();
        var looked = await sender.Send(new SyncIndex.Command(repository), cancellationToken);
        if (looked.Failure is { } unreadable)
        {
            return unreadable;
        }

        return options is { Command: "delete", IsConfirmed: false } && !await Confirmation.AskAsync(FilesOf(options, repository, project), cancellationToken)
            ? Invalid("nothing was deleted")
            : await SendAsync(sender, options, given is null ? Credential.OfCommand(name) : new Credential(name.ToString(), given), project, cancellationToken);
    }

    private static IReadOnlyList<PackageFile> FilesOf(ManagementOptions options, Repository repository, ProjectName project) =>
        repository.Index?.Find(project) is { } files ? FileSelection.Parse(options.Selection).Among(files) : [];

    private static async Task<Outcome<IReadOnlyList<string>>> SendAsync(
        ISender sender, ManagementOptions options, Credential credential, ProjectName project, CancellationToken cancellationToken)
    {
        var selection = FileSelection.Parse(options.Selection);

        return (options.Command, options.Status) switch
        {
            ("yank", _) => Files("yanked", await sender.Send(
                new YankFiles.Command(credential, Addressed: null, project, selection, options.Reason ?? ""), cancellationToken)),
            ("unyank", _) => Files("no longer yanked", await sender.Send(
                new YankFiles.Command(credential, Addressed: null, project, selection, Reason: null), cancellationToken)),
            ("delete", _) => Files("deleted", await sender.Send(
                new DeleteFiles.Command(credential, Addressed: null, project, selection), cancellationToken)),
            (_, { } status) => Record(project, await sender.Send(
                new SetProjectStatus.Command(credential, Addressed: null, project, status, options.Reason), cancellationToken)),
            _ => Record(project, await sender.Send(
                new GetProjectRecord.Query(credential, Addressed: null, project), cancellationToken)),
        };
    }

    private static Outcome<IReadOnlyList<string>> Files(string what, Outcome<IReadOnlyList<DistributionFilename>> files) =>
        files.Failure is { } failure ? failure : Outcome.Of<IReadOnlyList<string>>([.. files.Value.Select(file => $"{file}: {what}")]);

    private static Outcome<IReadOnlyList<string>> Record(ProjectName project, Outcome<ProjectRecord> record) =>
        record.Failure is { } failure
            ? failure
            : Outcome.Of<IReadOnlyList<string>>(
            [
                $"{project}: {record.Value.Status.Text()}{Because(record.Value.StatusReason)}",
                .. record.Value.YankedVersions.Select(yank => $"version {yank.Key}: yanked{Because(yank.Value)}"),
                .. record.Value.YankedFiles.Select(yank => $"{yank.Key}: yanked{Because(yank.Value)}"),
                .. record.Value.Deleted.Select(deletion => $"{deletion.Key}: deleted at {deletion.Value.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"),
                .. record.Value.DeletedVersions.Select(deletion => $"version {deletion.Key}: deleted at {deletion.Value.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"),
            ]);

    private static string Because(string? reason) => string.IsNullOrEmpty(reason) ? "" : $" ({reason})";

    private static Failure Invalid(string message) => new(FailureKind.Invalid, message);
}
