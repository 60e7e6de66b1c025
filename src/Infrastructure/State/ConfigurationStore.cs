using PyWharf.Application.Ports;

namespace PyWharf.Infrastructure.State;

/// <summary>
/// The configuration that the root folder keeps for the next start, as <c>config.toml</c> and <c>admin_secret.toml</c>. Processes take turns by
/// a lock file, so that none sees, or sweeps, what another one is just changing.
/// </summary>
public sealed class ConfigurationStore(ServerRoot root, TimeProvider time)
{
    private const int WouldBlock = 11; // EWOULDBLOCK of Linux
    private const int WouldBlockOnMac = 35;
    private const int SharingViolation = unchecked((int)0x80070020); // of Windows

    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // No repository's folder of locks: no name of one begins with a dot.
    private string LockFile => root.At("lock", ".configuration");

    /// <summary>Whether there is one, readable or not.</summary>
    public bool Exists => File.Exists(root.At(LockedConfiguration.ConfigName));

    /// <summary>Which one it is (<see cref="ConfigurationDocuments.StoredAs"/>). It may be one that is being put in place.</summary>
    public string Stamp => LockedConfiguration.ReadStamp(root);

    /// <summary>
    /// What is kept; null when nothing is. Throws <see cref="IOException"/> with the place where a document is no UTF-8.
    /// </summary>
    public async Task<ConfigurationDocuments?> ReadAsync(CancellationToken cancellationToken)
    {
        // Where no server has been nobody changes anything, and nothing is made to look.
        if (!Directory.Exists(root.At("lock")))
        {
            return LockedConfiguration.Read(root);
        }

        using var kept = await LockAsync(cancellationToken);

        return kept.Read();
    }

    /// <summary>
    /// Keeps all other processes away from it until what is returned is disposed, and undoes what one of them did by half. Throws
    /// <see cref="IOException"/> when another one goes on for all too long.
    /// </summary>
    public async Task<LockedConfiguration> LockAsync(CancellationToken cancellationToken)
    {
        for (var start = time.GetTimestamp(); ;)
        {
            try
            {
                return LockedConfiguration.Open(root, new FileStream(LockFile, OptionsOfLock()));
            }
            catch (IOException exception) when (exception.HResult is WouldBlock or WouldBlockOnMac or SharingViolation)
            {
                if (time.GetElapsedTime(start) > Patience)
                {
                    throw new IOException($"another process has held {LockFile} for {Patience.TotalSeconds} seconds: it is changing the configuration", exception);
                }
            }

            await Task.Delay(Retry, time, cancellationToken);
        }
    }

    private static FileStreamOptions OptionsOfLock()
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
