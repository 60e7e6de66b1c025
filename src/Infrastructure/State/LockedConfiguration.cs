using System.Text;
using PyWharf.Application.Administration;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.State;

/// <summary>
/// The documents that the root folder keeps, while this process alone may touch them. They are replaced as one: first what is there is copied to
/// <c>job/initialize</c>, and until that folder goes, in a single rename, whoever comes next takes the copies back. So it does not matter
/// which step fails, or is the last one of a killed process; not even where one of the files is mounted and can't be replaced at all.
/// </summary>
public sealed class LockedConfiguration : IDisposable
{
    internal const string ConfigName = "config.toml";
    private const string AdminSecretName = "admin_secret.toml";
    private const string NothingThere = ".none";
    private const string Unfinished = ".initialize.";

    private readonly ServerRoot _root;
    private readonly IDisposable _lock;

    private LockedConfiguration(ServerRoot root, IDisposable held) => (_root, _lock) = (root, held);

    /// <summary>Which ones they are (<see cref="ConfigurationDocuments.StoredAs"/>).</summary>
    public string Stamp => ReadStamp(_root);

    private string Journal => _root.At("job", "initialize");

    // What is replaced together, by its name in the journal.
    private (string Name, string Path)[] Files =>
    [
        (ConfigName, _root.At(ConfigName)),
        (AdminSecretName, _root.At(AdminSecretName)),
        ("stamp", StampOf(_root)),
    ];

    /// <summary>Both documents; null when nothing was ever kept.</summary>
    public ConfigurationDocuments? Read() => Read(_root);

    /// <summary>
    /// Keeps both documents for the next start; only the server's user may read them. Throws what the disk says when it can't: then those are kept that
    /// were before.
    /// </summary>
    /// <returns>The documents as they are kept.</returns>
    public ConfigurationDocuments Keep(ConfigurationDocuments documents)
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

        _root.NoteConfigurationPath(null);

        return documents with { ConfigName = _root.At(ConfigName), AdminSecretName = _root.At(AdminSecretName), StoredAs = stamp };
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    internal static LockedConfiguration Open(ServerRoot root, IDisposable held)
    {
        var documents = new LockedConfiguration(root, held);
        try
        {
            documents.Recover();

            return documents;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    internal static string ReadStamp(ServerRoot root)
    {
        try
        {
            return File.ReadAllText(StampOf(root));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // made by hand, or by a version that had none
        }
    }

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

    // No repository's folder: no name of one begins with a dot, and none is «initialize», as that is a page.
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
            return; // nothing was ever begun
        }

        foreach (var litter in Directory.EnumerateDirectories(_root.At("job"), $"{Unfinished}*"))
        {
            Directory.Delete(litter, recursive: true);
        }

        foreach (var (_, path) in Files)
        {
            DurableFile.RemoveLitter(path);
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
