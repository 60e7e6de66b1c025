using System.Runtime.CompilerServices;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends.S3.Objects;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Backends.S3;

/// <summary>Writes index.toml, the index in the format of the original program, beside the packages.</summary>
/// <param name="config">Of the repository.</param>
/// <param name="store">The storage.</param>
/// <param name="files">Reads upload forms.</param>
/// <param name="folder">Where the file is made.</param>
/// <param name="time">The clock.</param>
internal sealed class IndexWriter(S3Config config, ObjectStore store, StoredFiles files, string folder, TimeProvider time)
{
    private const int FormsAtOnce = 16;

    /// <summary>Replaces the file. Throws <see cref="S3Exception"/>.</summary>
    public async Task WriteAsync(RepositoryIndex index, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.index");
        try
        {
            await using (var content = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read))
            {
                await IndexFile.WriteAsync(content, time.GetUtcNow(), EntriesAsync(index, cancellationToken), cancellationToken);
            }

            await store.PutFileAsync(store.Keys.Index, path, cancellationToken);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>In the order of the original program. Some forms at a time, as those of a hundred thousand uploads take gigabytes.</summary>
    private async IAsyncEnumerable<IndexedPackage> EntriesAsync(RepositoryIndex index, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var offered = index.Projects.Where(project => project.Record.IsReadable).SelectMany(project => project.InOrder());
        foreach (var some in OriginalIndex.InOrder(offered).Chunk(FormsAtOnce))
        {
            var forms = await Task.WhenAll(some.Select(file => files.ReadMetaAsync(file.Location, file.Filename.ToString(), cancellationToken)));
            foreach (var (file, form) in some.Zip(forms))
            {
                yield return OriginalIndex.Entry(S3Config.Type, file, form, url: $"s3://{config.Bucket}/{store.Keys.File(file)}", path: null);
            }
        }
    }
}
