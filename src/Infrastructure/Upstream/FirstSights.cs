using PyWharf.Application.Rendering;
using PyWharf.Application.Upstream;

namespace PyWharf.Infrastructure.Upstream;

/// <summary>
/// When files were first seen here that upstream names no upload time of. A first sight is that of a name and its content: a file that was replaced
/// under its name is a new one.
/// </summary>
internal static class FirstSights
{
    /// <summary>The first sight of each file of a page that has no upload time, by the file's name.</summary>
    /// <param name="page">The page.</param>
    /// <param name="now">The first sight of a file that was not known.</param>
    /// <param name="known">The project as it was known until now, in memory and on disk; the earliest sight counts.</param>
    public static IReadOnlyDictionary<string, DateTimeOffset> Of(ProjectPage page, DateTimeOffset now, params IReadOnlyList<UpstreamProject?> known)
    {
        var seen = new Dictionary<string, DateTimeOffset>();
        ILookup<string, (PageFile File, DateTimeOffset? Since)>? files = null;
        foreach (var file in page.Files.Where(file => UpstreamProject.UploadedAt(file) is null))
        {
            // Made when it is needed first: most indexes name upload times.
            files ??= known.OfType<UpstreamProject>()
                .SelectMany(project => project.Page.Files, (project, was) => (was, project.Since(was)))
                .ToLookup(was => was.was.Filename);
            var since = files[file.Filename].Where(was => IsSame(was.File, file)).Min(was => was.Since) is { } earlier && earlier < now ? earlier : now;

            // Of two files of one name, the younger decides for both.
            seen[file.Filename] = seen.TryGetValue(file.Filename, out var other) && other > since ? other : since;
        }

        return seen;
    }

    /// <summary>
    /// Whether two files of one name have the same content, by all digests that both have. Where neither has any, size and path have to do: the query of a
    /// link may have a signature that is new each time.
    /// </summary>
    private static bool IsSame(PageFile left, PageFile right)
    {
        if (left.Hashes.Count == 0 && right.Hashes.Count == 0)
        {
            return left.Size == right.Size && PathOf(left) == PathOf(right);
        }

        var common = left.Hashes.Join(right.Hashes, hash => hash.Algorithm, hash => hash.Algorithm, (one, other) => one.Hex == other.Hex).ToList();

        return common.Count > 0 && common.TrueForAll(isEqual => isEqual);
    }

    private static string PathOf(PageFile file) => file.Href.Split('?')[0];
}
