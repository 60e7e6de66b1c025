using PyWharf.Domain;

namespace PyWharf.Application.Importing;

/// <summary>A project of a source, or another group of files.</summary>
/// <param name="Name">Its name there, for messages.</param>
/// <param name="FileCount">The number of its files; null if that is not known before it is read.</param>
/// <param name="ReadAsync">Lists its files; fails if the source does not give them.</param>
public sealed record SourceProject(string Name, int? FileCount, Func<CancellationToken, Task<Outcome<SourceListing>>> ReadAsync)
{
    /// <summary>A project whose files are known.</summary>
    public SourceProject(string name, SourceListing listing)
        : this(name, listing.Files.Count, _ => Task.FromResult<Outcome<SourceListing>>(listing))
    {
    }
}
