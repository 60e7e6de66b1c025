using PyWharf.Application.Rendering;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>A page of an upstream index as it is on disk: before any rule.</summary>
/// <param name="Version">The version of this format; another one is not read.</param>
/// <param name="Index">The URL of the index, without credentials: a page of another one is not read.</param>
/// <param name="Page">The page.</param>
/// <param name="FirstSeen">When files without an upload time were first seen here, by their names.</param>
/// <param name="Validators">For its revalidation.</param>
/// <param name="FreshFor">For how long it is used without revalidation.</param>
/// <param name="FetchedAt">When upstream sent it, which also makes each stored page different from all others.</param>
internal sealed record StoredPage(
    int Version,
    string Index,
    ProjectPage Page,
    IReadOnlyDictionary<string, DateTimeOffset> FirstSeen,
    PageValidators Validators,
    TimeSpan FreshFor,
    DateTimeOffset FetchedAt)
{
    /// <summary>The version that is written.</summary>
    public const int CurrentVersion = 1;
}
