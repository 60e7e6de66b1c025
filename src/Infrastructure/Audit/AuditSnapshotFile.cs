namespace PyWharf.Infrastructure.Audit;

/// <summary>A file of the audit log, open for reading.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Content">Its content, to which lines may be added meanwhile.</param>
/// <param name="Length">How much of it belongs to the snapshot, in bytes.</param>
internal sealed record AuditSnapshotFile(string Name, FileStream Content, long Length)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>Copies what belongs to the snapshot.</summary>
    public async Task CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        for (var at = 0L; at < Length;)
        {
            var read = await RandomAccess.ReadAsync(Content.SafeFileHandle, buffer.AsMemory(0, (int)Math.Min(buffer.Length, Length - at)), at, cancellationToken);
            if (read == 0)
            {
                throw new IOException($"{Name} became shorter while it was read");
            }

            await destination.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            at += read;
        }
    }
}
