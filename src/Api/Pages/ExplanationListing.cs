using PyWharf.Application.Browsing;
using PyWharf.Application.Resolution;
using PyWharf.Domain;

namespace PyWharf.Api.Pages;

/// <summary>What the page shows that tells which rule decided about the files of a project.</summary>
/// <param name="Project">The project.</param>
/// <param name="Explanation">All of it.</param>
/// <param name="FilesPage">The page of the list of files, from 1.</param>
public sealed record ExplanationListing(ProjectName Project, Explanation Explanation, int FilesPage)
{
    /// <summary>The files of that page, newest first as far as the list has an order.</summary>
    public Paging<ExplainedFile> Files { get; } = Paging.Of(Explanation.Files.Reverse(), Explanation.Files.Count, FilesPage);
}
