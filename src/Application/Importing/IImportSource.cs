using PyWharf.Domain;

namespace PyWharf.Application.Importing;

/// <summary>A place that packages are imported from: a folder, an index of another server, another repository.</summary>
/// <remarks>Nothing that a source says is trusted: names, digests, sizes and texts are checked.</remarks>
public interface IImportSource : IDisposable
{
    /// <summary>Lists the projects; their files are listed by <see cref="SourceProject.ReadAsync"/>.</summary>
    /// <param name="scope">The projects that are wanted. A source need not list others, and must not list their files.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<Outcome<SourceContent>> ListAsync(ProjectScope scope, CancellationToken cancellationToken);
}
