using System.Buffers;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>
/// Staged uploads as files in one folder. Each is locked by the process that writes it, so that a starting process removes only files of crashed
/// processes.
/// </summary>
internal sealed class DiskStaging(string folder, TimeProvider time, ILogger logger) : IStaging
{
    private const int BufferBytes = 128 * 1024;

    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);

    private readonly StorageFaults _faults = new(time, logger);

    /// <summary>Creates the folder and removes files of crashed processes.</summary>
    public void Open()
    {
        Create();
        foreach (var _ in TakeAbandoned())
        {
        }
    }

    /// <summary>Creates the folder.</summary>
    public void Create() => Directory.CreateDirectory(folder);

    /// <summary>The files of crashed processes, each locked while it is looked at, and removed then.</summary>
    public IEnumerable<FileStream> TakeAbandoned()
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            if (TryOpenAbandoned(path) is not { } file)
            {
                continue;
            }

            using (file)
            {
                yield return file;
                TryDelete(path);
            }
        }
    }

    /// <inheritdoc/>
    public Task<Outcome<StagedFile>> StageAsync(
        Stream source, long maxBytes, IReadOnlySet<DigestAlgorithm> digests, CancellationToken cancellationToken) =>
        StageAsync(source, maxBytes, digests, written: null, cancellationToken);

    /// <summary>
    /// As <see cref="IStaging.StageAsync"/>, for a file that is read while it grows, and whose digest is verified whenever it is used later: it is written at
    /// least each second that something arrives, and not flushed to the disk. The folder is created where it was removed.
    /// </summary>
    /// <param name="source">The content.</param>
    /// <param name="maxBytes">The limit; a larger file is refused.</param>
    /// <param name="written">Called with the path and the number of readable bytes after each write.</param>
    public Task<Outcome<StagedFile>> StageForCacheAsync(Stream source, long maxBytes, Action<string, long> written)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (FailureOf(exception) is { } failure)
        {
            return Task.FromResult<Outcome<StagedFile>>(failure);
        }

        return StageAsync(source, maxBytes, new HashSet<DigestAlgorithm>(), written, CancellationToken.None);
    }

    private async Task<Outcome<StagedFile>> StageAsync(
        Stream source, long maxBytes, IReadOnlySet<DigestAlgorithm> digests, Action<string, long>? written, CancellationToken cancellationToken)
    {
        DiskStagedFile staged;
        try
        {
            staged = new DiskStagedFile(CreateLocked());
        }
        catch (Exception exception) when (FailureOf(exception) is { } failure)
        {
            return failure;
        }

        var isDone = false;
        try
        {
            var failure = await FillAsync(staged, source, maxBytes, digests, written, cancellationToken);
            isDone = failure is null;

            return failure is null ? staged : failure;
        }
        finally
        {
            if (!isDone)
            {
                await staged.DisposeAsync();
            }
        }
    }

    private async Task<Failure?> FillAsync(
        DiskStagedFile staged, Stream source, long maxBytes, IReadOnlySet<DigestAlgorithm> digests, Action<string, long>? written, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        using var hashes = new Digests(digests);
        try
        {
            // Exceptions of reading are the client's and passed on; those of writing are ours.
            var length = 0L;
            int read;
            while ((read = await ReadAsync(source, buffer.AsMemory(0, BufferBytes), written is null ? null : WriteInterval, cancellationToken)) > 0)
            {
                length += read;
                if (length > maxBytes)
                {
                    return new Failure(FailureKind.TooLarge, $"The file is larger than the {maxBytes} bytes that this repository accepts.");
                }

                hashes.Append(buffer.AsSpan(0, read));
                try
                {
                    await staged.Content.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                    written?.Invoke(staged.Path, length);
                }
                catch (Exception exception) when (FailureOf(exception) is { } failure)
                {
                    return failure;
                }
            }

            try
            {
                staged.Content.Flush(flushToDisk: written is null);
            }
            catch (Exception exception) when (FailureOf(exception) is { } failure)
            {
                return failure;
            }

            staged.Finish(length, hashes.Finish());

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Fills the buffer, or a part of it if the whole takes longer than the limit; 0 at the end.</summary>
    private async ValueTask<int> ReadAsync(Stream source, Memory<byte> buffer, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var (start, filled) = (time.GetTimestamp(), 0);
        while (filled < buffer.Length && await source.ReadAsync(buffer[filled..], cancellationToken) is > 0 and var read)
        {
            filled += read;
            if (time.GetElapsedTime(start) > limit)
            {
                break;
            }
        }

        return filled;
    }

    /// <summary>Null for exceptions that are no disk error.</summary>
    private Failure? FailureOf(Exception exception) => _faults.Explain(exception, "Staging");

    /// <summary>
    /// Replaces a small file atomically and durably.
    /// </summary>
    public void Place(string path, ReadOnlySpan<byte> content) => Place(content, staged => DurableFile.Replace(staged, path));

    /// <summary>Writes a small file that replaces another one only where that turns out to be needed.</summary>
    public PreparedFile Prepare(string path, ReadOnlySpan<byte> content)
    {
        var file = new PreparedFile(CreateLocked(), path);
        try
        {
            file.Write(content);

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Creates a small file atomically and durably; false where there is one.</summary>
    public bool TryPlace(string path, ReadOnlySpan<byte> content)
    {
        var isPlaced = false;
        Place(content, staged =>
        {
            isPlaced = DurableFile.TryMove(staged, path);
            if (!isPlaced)
            {
                File.Delete(staged);
            }
        });

        return isPlaced;
    }

    private void Place(ReadOnlySpan<byte> content, Action<string> publish)
    {
        using var file = CreateLocked();
        try
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
            publish(file.Name);
        }
        catch
        {
            File.Delete(file.Name);
            throw;
        }
    }

    private static FileStream? TryOpenAbandoned(string path)
    {
        if (!FileEntry.At(path).IsFile)
        {
            // Not opened: that would follow a link, or block on a pipe.
            TryDelete(path);

            return null;
        }

        try
        {
            // Fails while its owner has it open.
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // another process is writing it or has just removed it, or it may not be opened
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It may not be removed.
        }
    }

    private FileStream CreateLocked()
    {
        while (true)
        {
            var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
            FileStream? file = null;
            try
            {
                // Readable by others, also under the published name; but a process that opens it exclusively to remove it fails.
                file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
            }
            catch (IOException) when (File.Exists(path))
            {
                // A starting process opened it before it was locked, and removes it.
            }

            if (file is not null && File.Exists(path))
            {
                return file;
            }

            file?.Dispose();
        }
    }
}
