namespace PyWharf.Infrastructure.Storage;

/// <summary>Tells a state of a file from a later one.</summary>
/// <param name="WrittenAt">When it was written last.</param>
/// <param name="Length">Its size in bytes.</param>
internal sealed record FileStamp(DateTime WrittenAt, long Length)
{
    /// <summary>The stamp of a file as it is now; null where there is none.</summary>
    public static FileStamp? Of(string path) => new FileInfo(path) is { Exists: true } file ? new FileStamp(file.LastWriteTimeUtc, file.Length) : null;
}
