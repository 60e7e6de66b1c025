using System.Buffers;
using Microsoft.Extensions.Logging;
using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>
/// Staged uploads as files of one folder. Each is locked by its owner as long as it lives, so that a starting process can tell the litter
/// of a crash from the uploads of its neighbours.
/// </summary>
internal sealed class DiskStaging(string folder, TimeProvider time, ILogger logger) : IStaging
{
    private const int BufferBytes = 128 * 1024;

    private readonly StorageFaults _faults = new(time, logger);

    /// <summary>Makes the folder, and removes what processes left in it that are gone.</summary>
    public void Open()
    {
        Directory.CreateDirectory(folder);

        foreach (var path in Directory.EnumerateFiles(folder))
        {
            try
            {
                if (!FileEntry.At(path).IsFile)
                {
                    // Not ours. To open it would be to follow a link, or to wait for the other end of a pipe.
                    File.Delete(path);
                    continue;
                }

                // Nobody may lock it alone while its owner lives.
                using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
                {
                    File.Delete(path);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // A neighbour is writing it, or has just removed it; or it is not ours to remove.
            }
        }
    }

    /// <inheritdoc/>
    public Task<Outcome<StagedFile>> StageAsync(
        Stream source, long maxBytes, IReadOnlySet<DigestAlgorithm> digests, CancellationToken cancellationToken) =>
        StageAsync(source, maxBytes, digests, written: null, cancellationToken);

    /// <inheritdoc cref="IStaging.StageAsync"/>
    /// <param name="source">The bytes.</param>
    /// <param name="maxBytes">More are refused.</param>
    /// <param name="digests">Which digests are computed on the way, besides SHA-256.</param>
    /// <param name="written">Told where the file is and how many bytes of it can be read there, each time that there are more.</param>
    /// <param name="cancellationToken">Gives up; nothing is left.</param>
    public async Task<Outcome<StagedFile>> StageAsync(
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
            // What reading throws is the client's trouble, and the caller's; what writing throws is ours.
            var length = 0L;
            int read;
            while ((read = await source.ReadAtLeastAsync(buffer.AsMemory(0, BufferBytes), BufferBytes, throwOnEndOfStream: false, cancellationToken)) > 0)
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
                staged.Content.Flush(flushToDisk: true);
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

    /// <summary>Null for what is no trouble of the disk.</summary>
    private Failure? FailureOf(Exception exception) => _faults.Explain(exception, "Staging");

    /// <summary>
    /// Puts a small file in place of whatever has its name: readers see the old one or the new one, and so does the next start.
    /// </summary>
    public void Place(string path, ReadOnlySpan<byte> content)
    {
        using var file = CreateLocked();
        try
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
            DurableFile.Replace(file.Name, path);
        }
        catch
        {
            File.Delete(file.Name);
            throw;
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
                // Shared: whoever reads it, under this name or the one it is published by, is not kept out; whoever sweeps is.
                file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
            }
            catch (IOException) when (File.Exists(path))
            {
                // A process that sweeps locked it between its creation and our lock; it will be gone.
            }

            if (file is not null && File.Exists(path))
            {
                return file;
            }

            file?.Dispose();
        }
    }
}
