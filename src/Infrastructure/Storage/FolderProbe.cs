using PyWharf.Application.Ports;
using PyWharf.Domain;

namespace PyWharf.Infrastructure.Storage;

/// <summary>Checks that folders can be read and written. Safe for concurrent use, also by several processes.</summary>
internal static class FolderProbe
{
    private const string Name = ".probe";

    // Removed before the system writes it to the disk.
    private static readonly byte[] Content = new byte[64 * 1024];

    /// <param name="read">The folder that has to be readable.</param>
    /// <param name="written">The folders that have to be writable.</param>
    public static StorageCondition Try(string read, params IEnumerable<string> written) => new(
        FailureOf(() => Read(read)),
        written.Select(folder => FailureOf(() => Write(Path.Combine(folder, Name)))).FirstOrDefault(failure => failure is not null));

    private static void Read(string folder)
    {
        using var entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
        entries.MoveNext();
    }

    private static void Write(string path)
    {
        try
        {
            // Another process may be probing too.
            using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Write(file, Content, fileOffset: 0);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Failure? FailureOf(Action action)
    {
        try
        {
            action();

            return null;
        }
        catch (Exception exception) when (StorageError.FailureOf(exception) is { } failure)
        {
            return failure;
        }
    }
}
