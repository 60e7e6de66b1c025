using System.Text;
using PyWharf.Application.Ports;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.State;

/// <summary>The server's root folder, and the configuration that it keeps there for the next start.</summary>
/// <param name="path">Absolute.</param>
public sealed class ServerRoot(string path)
{
    private const string ConfigName = "config.toml";
    private const string AdminSecretName = "admin_secret.toml";

    // Where two documents wait to become the configuration: once this folder has its name they will, whenever the server dies.
    private readonly string _pending = System.IO.Path.Combine(path, "job", "initialize");

    /// <summary>Absolute.</summary>
    public string Path => path;

    /// <summary>Makes the folder and its parts where they are missing. Throws what the disk says when it can't.</summary>
    public void Create()
    {
        if (File.Exists(path))
        {
            throw new IOException($"{path} is a file; the server's root is a folder.");
        }

        foreach (var part in (string[])["index", "log", "lock", "job", "cache"])
        {
            Directory.CreateDirectory(System.IO.Path.Combine(path, part));
        }

        FinishKeeping();
        foreach (var unfinished in Directory.EnumerateDirectories(System.IO.Path.Combine(path, "job"), "initialize.*"))
        {
            Directory.Delete(unfinished, recursive: true);
        }
    }

    /// <summary>What was kept; null when nothing ever was.</summary>
    public ConfigurationDocuments? ReadKept()
    {
        var config = System.IO.Path.Combine(path, ConfigName);
        var adminSecret = System.IO.Path.Combine(path, AdminSecretName);

        return File.Exists(config)
            ? new ConfigurationDocuments(File.ReadAllText(config), File.Exists(adminSecret) ? File.ReadAllText(adminSecret) : null)
            {
                ConfigName = config,
                AdminSecretName = adminSecret,
            }
            : null;
    }

    /// <summary>Keeps both documents, or neither; only the server's user may read them.</summary>
    public void Keep(ConfigurationDocuments documents)
    {
        var preparing = $"{_pending}.{Guid.NewGuid():N}";
        Directory.CreateDirectory(preparing);
        try
        {
            Write(preparing, ConfigName, documents.Config);
            if (documents.AdminSecret is { } adminSecret)
            {
                Write(preparing, AdminSecretName, adminSecret);
            }

            Directory.Move(preparing, _pending);
        }
        catch
        {
            Directory.Delete(preparing, recursive: true);
            throw;
        }

        FinishKeeping();
    }

    private void FinishKeeping()
    {
        foreach (var name in (string[])[AdminSecretName, ConfigName])
        {
            var waiting = System.IO.Path.Combine(_pending, name);
            if (File.Exists(waiting))
            {
                DurableFile.Replace(waiting, System.IO.Path.Combine(path, name));
            }
        }

        if (Directory.Exists(_pending))
        {
            DurableFile.FlushFolder(path);
            Directory.Delete(_pending);
        }
    }

    private static void Write(string folder, string name, string text) => DurableFile.WriteWhole(
        System.IO.Path.Combine(folder, name), file => file.Write(Encoding.UTF8.GetBytes(text)), UnixFileMode.UserRead | UnixFileMode.UserWrite);
}
