using System.Text.Json;
using PyWharf.Application.Ports;
using PyWharf.Domain;
using PyWharf.Infrastructure.Formats;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Backends.FileSystem;

/// <summary>Compares a stored file with what was recorded when it was published, and checks the documents beside it. Safe for concurrent use.</summary>
internal sealed class FileVerification(StorageLayout layout, VerificationReport report, TimeProvider time)
{
    private const string Restore = "restore it from a backup";

    private int _unrecorded;

    /// <summary>The number of files whose digest was recorded nowhere.</summary>
    public int Unrecorded => _unrecorded;

    /// <summary>Reads the file and the documents beside it, and adds faults to the report.</summary>
    /// <returns>Size and digest of the file, and whether those were recorded; null where it can't be read, or is gone.</returns>
    public async Task<(long Size, Sha256Digest Sha256, bool IsAsRecorded)?> RunAsync(VerifiedFile file, CancellationToken cancellationToken)
    {
        var recorded = ReadMeta(file);
        CheckAttestations(file);
        try
        {
            var found = await ReadAsync(file, cancellationToken);
            var expected = recorded ?? file.Indexed?.Sha256;
            if (found is { } first && !first.Sha256.Equals(expected ?? first.Sha256) && await SettleAsync(file, cancellationToken))
            {
                found = await ReadAsync(file, cancellationToken);
            }

            if (found is not { } read)
            {
                return null;
            }

            if (expected is null)
            {
                Interlocked.Increment(ref _unrecorded);
            }

            var isAsRecorded = read.Sha256.Equals(expected ?? read.Sha256);
            if (!isAsRecorded)
            {
                var size = file.Indexed?.Size is { } published && published != read.Size ? $" It has {read.Size} bytes instead of {published}." : "";
                Fault(StorageFaultKind.Digest, file, $"its bytes are not those that were published: {Restore}.{size} Its SHA-256 is {read.Sha256}, and {expected} was recorded");
            }

            return (read.Size, read.Sha256, isAsRecorded);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fault(StorageFaultKind.Unreadable, file, $"it can't be read: give the server's user the right to, or {Restore} ({exception.Message})");

            return null;
        }
    }

    private async Task<(long Size, Sha256Digest Sha256)?> ReadAsync(VerifiedFile file, CancellationToken cancellationToken)
    {
        var path = PathOf(file);
        var entry = FileEntry.At(path);
        if (!entry.IsFile)
        {
            return null;
        }

        return (entry.Length, Sha256Digest.FromBytes(await Digests.OfFileAsync(path, DigestAlgorithm.Sha256, cancellationToken)));
    }

    /// <summary>Waits where somebody may still be copying the file; false where it has been as it is for a while.</summary>
    private async Task<bool> SettleAsync(VerifiedFile file, CancellationToken cancellationToken)
    {
        var age = time.GetUtcNow() - new DateTimeOffset(FileEntry.At(PathOf(file)).Ticks, TimeSpan.Zero);
        if (age < TimeSpan.Zero || age > StoredFiles.StillMoving)
        {
            return false;
        }

        await Task.Delay(StoredFiles.StillMoving, time, cancellationToken);

        return true;
    }

    /// <summary>The digest in the .meta file; null where there is no such file, or it is damaged.</summary>
    private Sha256Digest? ReadMeta(VerifiedFile file)
    {
        var path = layout.Meta(file.Location, file.Filename.ToString());
        var meta = MetaFile.TryRead(path, out var problem);
        if (meta is null)
        {
            if (problem is not null)
            {
                FaultBeside(path, file, $"it can't be read: {Restore} ({problem})");
            }

            return null;
        }

        if (!Sha256Digest.TryParse(meta.GetValueOrDefault("sha256"), out var digest))
        {
            FaultBeside(path, file, $"it has no SHA-256, so it is not what was written at the upload: {Restore}");

            return null;
        }

        if (meta.GetValueOrDefault("distrib") is { } distrib && !(ProjectName.TryParse(distrib, out var project) && project.Equals(file.Filename.Project)))
        {
            FaultBeside(path, file, $"it is of another project: {Restore}");
        }

        return digest;
    }

    // More than an upload may send: 1 Mi characters, of four bytes at most.
    private const int MaxAttestationBytes = 4 * 1024 * 1024;

    private void CheckAttestations(VerifiedFile file)
    {
        var path = layout.Attestations(file.Location, file.Filename.ToString());
        try
        {
            var entry = FileEntry.At(path);
            if (entry.Kind == FileEntryKind.None)
            {
                return;
            }

            using var document = entry is { IsFile: true, Length: <= MaxAttestationBytes } ? JsonDocument.Parse(File.ReadAllBytes(path)) : null;
            if (document?.RootElement.ValueKind != JsonValueKind.Array)
            {
                FaultBeside(path, file, $"it holds no attestations: {Restore}");
            }
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            // Deleted meanwhile, with its file.
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            FaultBeside(path, file, $"it can't be read: {Restore} ({exception.Message})");
        }
    }

    private string PathOf(VerifiedFile file) => layout.File(file.Location, file.Filename.ToString());

    private void Fault(string kind, VerifiedFile file, string message) => report.Add(new StorageFault(kind, file.Location, file.Filename.ToString(), message));

    private void FaultBeside(string path, VerifiedFile file, string message) =>
        report.Add(new StorageFault(StorageFaultKind.Metadata, file.Location, Path.GetFileName(path), message));
}
