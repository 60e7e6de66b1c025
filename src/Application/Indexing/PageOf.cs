using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Indexing;

/// <summary>What a page says of the files that a repository publishes.</summary>
internal static class PageOf
{
    public static ProjectPage Project(ProjectFiles files)
    {
        var ordered = files.InOrder();

        return new ProjectPage(files.Name.ToString(), [.. ordered.Select(File)])
        {
            Versions = [.. ordered.Select(file => file.Filename.Version?.ToString()).OfType<string>().Distinct()],
        };
    }

    private static PageFile File(PackageFile file) => PageFile.Beside(file.Filename.ToString()) with
    {
        Hashes = [FileHash.Sha256(file.Sha256.ToString())],
        Size = file.Size,
        UploadTime = PageFile.FormatUploadTime(file.UploadedAt),
        RequiresPython = file.RequiresPython?.ToString(),
    };
}
