using System.Text;
using PyWharf.Application.Administration;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.State;

/// <summary>
/// The stored configuration under its lock. Its files are replaced in one transaction with a journal: the old ones are copied to
/// <c>job/initialize</c>, and until that folder is removed by one rename, the next process to take the lock restores them. So each step may fail, or be
/// the last one of a killed process, also where one of the files is mounted and can't be replaced.
/// </summary>
public sealed class LockedConfiguration : ILockedConfiguration
{
    internal const string ConfigName = "config.toml";
    internal const string AdminSecretName = "admin_secret.toml";
    private const string NothingThere = ".none";
    private const string Unfinished = ".initialize.";

    private readonly ServerRoot _root;

    private LockedConfiguration(ServerRoot root) => _root = root;

    /// <inheritdoc/>
    public string Stamp => ReadStamp(_root);

    private string Journal => _root.At("job", "initialize");

    // The files that are replaced together, with their names in the journal.
    private (string Name, string Path)[] Files =>
    [
        (ConfigName, _root.At(ConfigName)),
        (AdminSecretName, _root.At(AdminSecretName)),
        ("stamp", StampOf(_root)),
    ];

    /// <inheritdoc/>
    public Task<ConfigurationDocuments?> ReadAsync(CancellationToken cancellationToken) => Task.FromResult(Read(_root));

    /// <inheritdoc/>
    /// <remarks>They are readable by the server's user only.</remarks>
    public Task<ConfigurationDocuments> KeepAsync(ConfigurationDocuments documents, CancellationToken cancellationToken)
    {
        var stamp = Guid.NewGuid().ToString("N");
        Begin();
        try
        {
            Put(_root.At(ConfigName), documents.Config);
            Put(_root.At(AdminSecretName), documents.AdminSecret);
            Put(StampOf(_root), stamp);
            Commit();
        }
        catch
        {
            Recover();
            throw;
        }

        return Task.FromResult(documents with { ConfigName = _root.At(ConfigName), AdminSecretName = _root.At(AdminSecretName), StoredAs = stamp });
    }

    /// <summary>Opens it for whoever holds its lock, and rolls back an unfinished change.</summary>
    internal static LockedConfiguration Open(ServerRoot root)
    {
        var documents = new LockedConfiguration(root);
        documents.Recover();

        return documents;
    }

    internal static string ReadStamp(ServerRoot root)
    {
        try
        {
            return File.ReadAllText(StampOf(root));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // edited by hand, or stored by a version without stamps
        }
    }

    /// <summary>Both documents, read without the lock; null where none are stored.</summary>
    internal static ConfigurationDocuments? Read(ServerRoot root)
    {
        var (config, adminSecret) = (root.At(ConfigName), root.At(AdminSecretName));

        return File.Exists(config)
            ? new ConfigurationDocuments(ReadText(config), File.Exists(adminSecret) ? ReadText(adminSecret) : null)
            {
                ConfigName = config,
                AdminSecretName = adminSecret,
                StoredAs = ReadStamp(root),
            }
            : null;
    }

    // No conflict with a repository's folder: no name begins with a dot, and «initialize» is reserved.
    private static string StampOf(ServerRoot root) => root.At("job", ".initialized");

    private static string ReadText(string path) =>
        ConfigurationText.TryDecode(File.ReadAllBytes(path), path, out var text, out var problem) ? text : throw new IOException(problem);

    private string NewFolder() => _root.At("job", $"{Unfinished}{Guid.NewGuid():N}");

    private void Begin()
    {
        var preparing = NewFolder();
        Directory.CreateDirectory(preparing);
        try
        {
            foreach (var (name, path) in Files)
            {
                var exists = File.Exists(path);
                Write(Path.Combine(preparing, exists ? name : name + NothingThere), exists ? File.ReadAllBytes(path) : []);
            }

            Directory.Move(preparing, Journal);
            DurableFile.FlushFolder(_root.At("job"));
        }
        catch
        {
            if (Directory.Exists(preparing))
            {
                Directory.Delete(preparing, recursive: true);
            }

            throw;
        }
    }

    private void Commit()
    {
        var done = NewFolder();
        Directory.Move(Journal, done);
        DurableFile.FlushFolder(_root.At("job"));
        Directory.Delete(done, recursive: true);
    }

    private void Recover()
    {
        if (Directory.Exists(Journal))
        {
            foreach (var (name, path) in Files)
            {
                Restore(Path.Combine(Journal, name), path);
            }

            DurableFile.FlushFolder(_root.Path);
            Directory.Delete(Journal, recursive: true);
        }

        if (!Directory.Exists(_root.At("job")))
        {
            return; // nothing was ever stored
        }

        foreach (var unfinished in Directory.EnumerateDirectories(_root.At("job"), $"{Unfinished}*"))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        foreach (var (_, path) in Files)
        {
            DurableFile.RemoveTemporaryFiles(path);
        }
    }

    private static void Restore(string saved, string path)
    {
        if (File.Exists(saved + NothingThere))
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
        else if (File.Exists(saved) && !(File.Exists(path) && File.ReadAllBytes(saved).AsSpan().SequenceEqual(File.ReadAllBytes(path))))
        {
            DurableFile.Replace(saved, path);
        }
    }

    private static void Put(string path, string? text)
    {
        if (text is null)
        {
            File.Delete(path);
        }
        else
        {
            Write(path, Encoding.UTF8.GetBytes(text));
        }
    }

    private static void Write(string path, byte[] content) =>
        DurableFile.WriteWhole(path, file => file.Write(content), UnixFileMode.UserRead | UnixFileMode.UserWrite);
}
