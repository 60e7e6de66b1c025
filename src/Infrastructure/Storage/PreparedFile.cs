namespace PyWharf.Infrastructure.Storage;

/// <summary>A small file that is written already, and takes the place of another one if it is needed: that takes no more room on the disk.</summary>
/// <param name="staged">The file, locked.</param>
/// <param name="path">Its place.</param>
internal sealed class PreparedFile(FileStream staged, string path) : IDisposable
{
    private bool _isPlaced;

    /// <summary>Writes its content.</summary>
    public void Write(ReadOnlySpan<byte> content) => staged.Write(content);

    /// <summary>Puts it in its place, atomically and durably but for the flush of the folder.</summary>
    public void Place()
    {
        staged.Flush(flushToDisk: true);
        DurableFile.Replace(staged.Name, path);
        _isPlaced = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isPlaced)
        {
            File.Delete(staged.Name);
        }

        staged.Dispose();
    }
}
