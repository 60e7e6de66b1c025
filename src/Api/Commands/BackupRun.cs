using Microsoft.Data.Sqlite;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backup;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.State;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Api.Commands;

/// <summary>Runs the command backup.</summary>
internal static class BackupRun
{
    private static readonly string[] PartsOfRoot = ["cache", "log", LockedConfiguration.ConfigName];

    /// <summary>Returns 0 once the backup is whole; on failure 1, with one line on standard error.</summary>
    public static async Task<int> RunAsync(BackupOptions options, CancellationToken cancellationToken)
    {
        await using var services = CommandServices.Build(options.Root);
        try
        {
            if (ProblemOf(options) is { } problem)
            {
                return await FailAsync(problem);
            }

            var notes = new List<string>();
            var (config, adminSecret) = FindConfiguration(options, notes);
            AddRemoteRepositories(config, options.Root, services.GetRequiredService<BackendCatalog>(), notes);
            var backup = new RootBackup(options.Root, options.Target, services.GetRequiredService<TimeProvider>());
            var report = await ProgressDisplay.RunAsync(
                "Copying", "files", progress => backup.RunAsync(config, adminSecret, options.Packages, progress, cancellationToken));
            await PrintAsync(options, report, [.. notes, .. report.Notes]);

            return 0;
        }
        catch (Exception exception) when (StorageError.IsOutOfSpace(exception))
        {
            return await FailAsync($"the disk of {options.Target} is full, so the backup is not whole: make room, and run the same command again");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            return await FailAsync(exception.Message);
        }
    }

    private static string? ProblemOf(BackupOptions options)
    {
        if (!Directory.Exists(options.Root))
        {
            return $"there is no folder {options.Root}: ROOT is the server's folder";
        }

        if (!PartsOfRoot.Any(part => Path.Exists(Path.Combine(options.Root, part))))
        {
            return $"{options.Root} holds no data of a server: ROOT is the server's folder";
        }

        if (File.Exists(Path.Combine(options.Root, ServerRoot.UnfinishedBackup)))
        {
            return $"{options.Root} is a backup that was broken off, and not the folder of a server";
        }

        return IsWithin(options.Target, options.Root) || IsWithin(options.Root, options.Target)
            ? $"{options.Target} and {options.Root} are one in the other: name a folder elsewhere"
            : null;
    }

    private static bool IsWithin(string path, string folder) =>
        (Path.TrimEndingDirectorySeparator(path) + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The files of the configuration, as a start of the server would find them.</summary>
    private static (string? Config, string? AdminSecret) FindConfiguration(BackupOptions options, List<string> notes)
    {
        foreach (var (given, flag) in new[] { (options.Config, "--config"), (options.AdminSecret, "--admin_secret") })
        {
            if (given is not null && !File.Exists(given))
            {
                throw new IOException($"{flag}: there is no file {given}");
            }
        }

        var stored = Path.Combine(options.Root, LockedConfiguration.ConfigName);
        var noted = new ServerRoot(options.Root).ReadConfigurationPath();
        var config = options.Config ?? (File.Exists(noted) ? noted : File.Exists(stored) ? stored : null);
        if (config is null)
        {
            notes.Add(noted is null
                ? "there is no configuration to copy"
                : "the configuration is not part of it: the server was given it as text, or in a file that is gone; --config names one");
        }

        var secrets = Path.Combine(options.Root, LockedConfiguration.AdminSecretName);
        var adminSecret = options.AdminSecret ?? (File.Exists(secrets) ? secrets : null);
        if (adminSecret is null && config is not null && Path.GetFullPath(config) != stored)
        {
            notes.Add("admin secrets are not part of it: --admin_secret names their file, if there is one");
        }

        return (config, adminSecret);
    }

    /// <summary>Notes which repositories are elsewhere. A configuration that can't be read is copied all the same.</summary>
    private static void AddRemoteRepositories(string? config, string root, BackendCatalog backends, List<string> notes)
    {
        if (config is null || !ConfigFile.TryRead(File.ReadAllText(config), config, backends.Keys, out var repositories, out _))
        {
            return;
        }

        foreach (var repository in repositories.Where(repository => !repository.IsGroup && backends[repository.Type].StorageFolder(root, repository.Name) is null))
        {
            notes.Add($"{repository.Name}: its packages and records are not part of it, as they are kept at {repository.Type}");
        }
    }

    private static async Task PrintAsync(BackupOptions options, BackupReport report, IReadOnlyList<string> notes)
    {
        if (options.IsJson)
        {
            await Console.Out.WriteLineAsync(JsonOutput.Of(
                new { options.Target, options.Packages, report.Files, report.Bytes, report.CopiedFiles, report.CopiedBytes, report.RemovedFiles, Notes = notes }));

            return;
        }

        await Console.Out.WriteLineAsync(
            $"{options.Target}: {report.Files} files with {report.Bytes} bytes, of which {report.CopiedFiles} with {report.CopiedBytes} bytes were copied now; {report.RemovedFiles} that are gone were removed");
        foreach (var note in notes)
        {
            await Console.Out.WriteLineAsync($"note: {note}");
        }
    }

    private static async Task<int> FailAsync(string problem)
    {
        await Console.Error.WriteLineAsync($"pywharf: {problem}");

        return 1;
    }
}
