using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using PyWharf.Domain;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.GitHub.Tokens;

/// <summary>
/// Remembers which long-lived tokens GitHub has accepted, across restarts: they are checked however many bad tokens arrive. It grants no access. The file
/// has fingerprints, never tokens, keyed with a second file; both may be lost. Safe for concurrent use, and for several processes with one folder.
/// </summary>
internal sealed partial class KnownTokens
{
    // More than a company has people and long-lived tokens.
    internal const int Most = 10_000;

    // Tokens of workflows and apps live for an hour, and would displace those of people.
    private const string ShortLived = "ghs_";

    private const int KeyBytes = 32;
    private const int LongestLine = 100;
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Precise enough for the order in which tokens are forgotten.
    private static readonly TimeSpan Precision = TimeSpan.FromDays(1);

    private readonly string _path;
    private readonly byte[] _key;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _refused = new(StringComparer.Ordinal);
    private bool _isChanged;

    private KnownTokens(string path, byte[] key, TimeProvider time, ILogger logger) => (_path, _key, _time, _logger) = (path, key, time, logger);

    /// <summary>Reads the file. An unreadable file is logged, and counts as empty.</summary>
    /// <param name="path">The file of fingerprints; its key is beside it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs errors of the disk.</param>
    public static KnownTokens Open(string path, TimeProvider time, ILogger logger)
    {
        byte[] key;
        try
        {
            key = ReadKey($"{path}.key");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.Unreadable(logger, path, exception);
            key = RandomNumberGenerator.GetBytes(KeyBytes);
        }

        var known = new KnownTokens(path, key, time, logger);
        lock (known._lock)
        {
            known.MergeFile();
        }

        return known;
    }

    /// <summary>Whether GitHub has accepted the token, and has not refused it since.</summary>
    public bool Contains(Secret token)
    {
        lock (_lock)
        {
            return _seen.ContainsKey(FingerprintOf(token));
        }
    }

    /// <summary>Adds a token that GitHub accepts.</summary>
    public void Add(Secret token)
    {
        if (token.Reveal().StartsWith(ShortLived, StringComparison.Ordinal))
        {
            return;
        }

        var fingerprint = FingerprintOf(token);
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        lock (_lock)
        {
            _isChanged |= _seen.GetValueOrDefault(fingerprint) + Precision.TotalSeconds <= now;
            _seen[fingerprint] = now;
            _refused.Remove(fingerprint);
            if (_seen.Count > Most)
            {
                ForgetOldest(Most / 10);
            }
        }
    }

    /// <summary>Removes a token that GitHub refuses.</summary>
    public void Remove(Secret token)
    {
        var fingerprint = FingerprintOf(token);
        lock (_lock)
        {
            if (_seen.Remove(fingerprint))
            {
                _refused.Add(fingerprint);
                _isChanged = true;
            }
        }
    }

    /// <summary>Writes changes to the file. An error is logged, and the next call tries again.</summary>
    public void Save()
    {
        lock (_lock)
        {
            if (!_isChanged)
            {
                return;
            }

            MergeFile();
            try
            {
                DurableFile.WriteWhole(_path, Write, OwnersOnly);
                _isChanged = false;
                _refused.Clear();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                Log.Unwritable(_logger, _path, exception);
            }
        }
    }

    /// <summary>Reads the key, which the first process creates.</summary>
    private static byte[] ReadKey(string path)
    {
        if (FileEntry.At(path).Kind == FileEntryKind.None)
        {
            var temporary = $"{path}.{Guid.NewGuid():N}.new";
            DurableFile.WriteWhole(temporary, file => file.Write(RandomNumberGenerator.GetBytes(KeyBytes)), OwnersOnly);
            if (!DurableFile.TryMove(temporary, path))
            {
                File.Delete(temporary);
            }

            DurableFile.FlushFolder(Path.GetDirectoryName(path) ?? "/");
        }

        if (!FileEntry.At(path).IsFile)
        {
            throw new IOException($"{path} is no regular file.");
        }

        var key = new byte[KeyBytes];
        using var stream = File.OpenRead(path);
        stream.ReadExactly(key);

        return key;
    }

    // Other processes write the file too.
    private void MergeFile()
    {
        try
        {
            if (FileEntry.At(_path) is not { IsFile: true, Length: <= Most * LongestLine })
            {
                return;
            }

            foreach (var line in File.ReadLines(_path))
            {
                if (line.Split(' ') is [{ Length: HMACSHA256.HashSizeInBytes * 2 } fingerprint, var seen]
                    && long.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
                    && !_refused.Contains(fingerprint))
                {
                    _seen[fingerprint] = Math.Max(at, _seen.GetValueOrDefault(fingerprint));
                }
            }

            ForgetOldest(_seen.Count - Most);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.Unreadable(_logger, _path, exception);
        }
    }

    private void ForgetOldest(int count)
    {
        foreach (var oldest in count > 0 ? _seen.OrderBy(seen => seen.Value).Take(count).ToList() : [])
        {
            _seen.Remove(oldest.Key);
        }
    }

    private void Write(Stream file)
    {
        using var writer = new StreamWriter(file, Encoding.ASCII, leaveOpen: true);
        foreach (var (fingerprint, at) in _seen)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{fingerprint} {at}\n"));
        }
    }

    private string FingerprintOf(Secret token) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, MemoryMarshal.AsBytes(token.Reveal().AsSpan())));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "What is remembered of good tokens could not be read, so they are asked about as those of strangers: {Path}")]
        public static partial void Unreadable(ILogger logger, string path, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Good tokens could not be remembered for the next start: {Path}")]
        public static partial void Unwritable(ILogger logger, string path, Exception exception);
    }
}
