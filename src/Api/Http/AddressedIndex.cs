using PyWharf.Domain;

namespace PyWharf.Api.Http;

/// <summary>The index that the URL of a page or file names: a repository's, as it is or as it was.</summary>
/// <param name="Repository">The repository that the path names; null if the credential names it.</param>
/// <param name="At">The moment in <c>/team@2026-11-01/</c> or <c>?at=</c>; null for now.</param>
/// <param name="Path">What the paths of its pages begin with, percent-encoded: <c>/team@2026-11-01</c>; empty if the credential names the repository.</param>
internal readonly record struct AddressedIndex(RepositoryName? Repository, DateTimeOffset? At, string Path)
{
    private const char Separator = '@';

    /// <summary>Whether the path names a moment, rightly or not: below such a path there are pages and files, which are read only.</summary>
    public static bool IsOfThePast(HttpContext http) => http.Route("repository").Contains(Separator, StringComparison.Ordinal);

    /// <summary>The name of a repository in a path without the moment behind it.</summary>
    public static string NameIn(string segment) => segment.IndexOf(Separator, StringComparison.Ordinal) is var end and >= 0 ? segment[..end] : segment;

    /// <summary>Reads the URL: <see cref="FailureKind.NotFound"/> for an invalid name, <see cref="FailureKind.Invalid"/> for a moment that is none.</summary>
    public static Outcome<AddressedIndex> Of(HttpContext http)
    {
        var segment = http.GetRouteValue("repository") as string;
        var name = segment is null ? null : NameIn(segment);
        RepositoryName? repository = null;
        if (name is not null && !RepositoryName.TryParse(name, out repository, out _))
        {
            return FailureResult.NoSuchPage;
        }

        var inPath = segment?.Length > name?.Length ? segment[(name.Length + 1)..] : null;
        var at = MomentOf(http, inPath);
        if (at.Failure is { } failure)
        {
            return failure;
        }

        var path = repository is null ? "" : inPath is null ? $"/{repository}" : $"/{repository}@{Uri.EscapeDataString(inPath)}";

        return new AddressedIndex(repository, at.Value, path);
    }

    private static Outcome<DateTimeOffset?> MomentOf(HttpContext http, string? inPath)
    {
        var inQuery = http.Request.QueryString.HasValue && http.Request.Query.TryGetValue("at", out var values) ? values.ToString() : null;
        if ((inPath ?? inQuery) is not { } text)
        {
            return default(DateTimeOffset?);
        }

        return inPath is not null && inQuery is not null ? new Failure(FailureKind.Invalid, "The path names a moment, and ?at= another one: one of them is enough.")
            : Moment.TryParse(text, out var at) ? at
            : new Failure(FailureKind.Invalid, $"The moment {(inPath is null ? "of ?at=" : "behind the @ of the path")} has to be {Moment.Expected}{(inPath is null ? "; a + in it is written %2B" : "")}.");
    }
}
