using Microsoft.Data.Sqlite;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Audit;
using PyWharf.Infrastructure.Backends.FileSystem;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Infrastructure.State;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backup;

/// <summary>
/// Copies what a root folder has that can't be made anew, also while servers run on it. The audit log comes last: a line is written before its change, so
/// that the copy has the line of every change that it has.
/// </summary>
/// <param name="root">The root folder.</param>
/// <param name="target">The backup: missing, empty, or an earlier one.</param>
/// <param name="time">The clock.</param>
public sealed class RootBackup(string root, string target, TimeProvider time)
{
    private readonly BackupReport _report = new();

    /// <summary>Makes the backup, or brings an earlier one up to date. Throws <see cref="IOException"/> with a message for the user.</summary>
    /// <param name="config">The path of the configuration; null for none.</param>
    /// <param name="adminSecret">The path of the admin secrets; null for none.</param>
    /// <param name="hasPackages">Whether packages are copied too.</param>
    /// <param name="progress">Told of each file.</param>
    /// <param name="cancellationToken">Stops between two reads; the same backup can be continued.</param>
    public async Task<BackupReport> RunAsync(string? config, string? adminSecret, bool hasPackages, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        using var folder = BackupFolder.Open(target);
        if (!hasPackages && folder.HasPackages())
        {
            folder.Abandon();

            throw new IOException($"{target} is a backup with packages: add --packages, or name another folder");
        }

        var names = Storages(root);
        if (Storages(target).Except(names).FirstOrDefault() is { } gone)
        {
            folder.Abandon();

            throw new IOException($"{new StorageLayout(root, gone).Storage} is gone, and the backup has it: is it mounted? If the repository was removed, remove it from {target} too");
        }

        folder.Begin();
        var total = 0L;
        var copier = new FileCopier(_report, done => progress.Report(new WorkProgress(done, Math.Max(done, Interlocked.Read(ref total)))));
        await CopyOrRemoveAsync(copier, config, folder.At(LockedConfiguration.ConfigName), cancellationToken);
        await CopyOrRemoveAsync(copier, adminSecret, folder.At(LockedConfiguration.AdminSecretName), cancellationToken);

        var storages = names.Select(name => new StorageBackup(new StorageLayout(root, name), new StorageLayout(target, name), hasPackages, copier)).ToList();
        Interlocked.Exchange(ref total, storages.Sum(storage => storage.Count()));
        foreach (var name in names)
        {
            FileCopier.CopyFolder(Path.Combine(root, "cache"), folder.At("cache"));
            FileCopier.CopyFolder(Path.Combine(root, "cache", name.ToString()), folder.At("cache", name.ToString()));
        }

        foreach (var storage in storages)
        {
            await storage.RunAsync(cancellationToken);
        }

        await CopyTokensAsync(folder, cancellationToken);
        await CopyAuditLogAsync(folder, copier, cancellationToken);
        folder.Finish(_report, hasPackages, time.GetUtcNow());

        return _report;
    }

    /// <summary>The repositories that have a storage in a root folder or a backup, configured or not.</summary>
    private static List<RepositoryName> Storages(string folder)
    {
        var cache = Path.Combine(folder, "cache");

        return Directory.Exists(cache)
            ?
            [
                .. from path in Directory.EnumerateDirectories(cache)
                   let name = RepositoryName.TryParse(Path.GetFileName(path), out var parsed, out _) ? parsed : null
                   where name is not null && Directory.Exists(new StorageLayout(folder, name).Storage)
                   orderby name.ToString()
                   select name,
            ]
            : [];
    }

    private static async Task CopyOrRemoveAsync(FileCopier copier, string? from, string to, CancellationToken cancellationToken)
    {
        // Links are followed here: configurations are mounted by them.
        if (from is null || !await copier.CopyAsync(File.ResolveLinkTarget(from, returnFinalTarget: true)?.FullName ?? from, to, cancellationToken))
        {
            File.Delete(to);
        }
    }

    private async Task CopyTokensAsync(BackupFolder folder, CancellationToken cancellationToken)
    {
        var (from, to) = (Path.Combine(root, SqliteTokenStore.FileName), folder.At(SqliteTokenStore.FileName));
        DurableFile.RemoveTemporaryFiles(to);
        if (!FileEntry.At(from).IsFile)
        {
            File.Delete(to);

            return;
        }

        var temporary = $"{to}.{Guid.NewGuid():N}.new";
        try
        {
            // From its first byte on: SQLite itself would make it as readable as the process makes files.
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            await new FileStream(temporary, options).DisposeAsync();
            using (var tokens = new SqliteFile(from, SqliteOpenMode.ReadOnly, TimeSpan.FromSeconds(10), ""))
            {
                await Task.Run(() => tokens.CopyTo(temporary), cancellationToken);
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(temporary, File.GetUnixFileMode(from));
            }

            DurableFile.Replace(temporary, to);
            _report.Count(new FileInfo(to).Length, isCopied: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private async Task CopyAuditLogAsync(BackupFolder folder, FileCopier copier, CancellationToken cancellationToken)
    {
        var (from, to) = (Path.Combine(root, "log"), folder.At("log"));
        if (!Directory.Exists(from))
        {
            return;
        }

        FileCopier.CopyFolder(from, to);
        using var log = await AuditSnapshot.TakeAsync(new AuditFiles(from), time, cancellationToken);
        foreach (var file in log.Files)
        {
            var (copy, written) = (FileEntry.At(Path.Combine(to, file.Name)), File.GetLastWriteTimeUtc(file.Content.SafeFileHandle));
            var isThere = copy.IsFile && copy.Length == file.Length && copy.Ticks == written.Ticks;
            if (!isThere)
            {
                await FileCopier.ReplaceAsync(Path.Combine(to, file.Name), file.CopyToAsync, temporary => File.SetLastWriteTimeUtc(temporary, written), cancellationToken);
            }

            _report.Count(file.Length, isCopied: !isThere);
        }

        if (log.Head is { } head)
        {
            new AuditFiles(to).WriteHead(head);
        }

        copier.RemoveOthers(to, log.Files.Select(file => file.Name).Append(log.Head is null ? "" : AuditFiles.HeadName).ToHashSet(StringComparer.Ordinal));
    }
}
