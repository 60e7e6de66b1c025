using System.Text;
using PyWharf.Application.Rendering;

namespace PyWharf.Unit.Application.Rendering;

/// <summary>Sample pages.</summary>
internal static class Pages
{
    private static readonly DateTimeOffset UploadedAt = new(2024, 2, 29, 23, 59, 58, 1, TimeSpan.FromHours(-2));

    public static string Hex(char digit) => new(digit, 64);

    /// <summary>A local project: the fixture of the conformance checklist.</summary>
    public static ProjectPage MyPkg { get; } = new(
        "my-pkg",
        [
            File("my_pkg-1.0-py3-none-any.whl", 'a') with { RequiresPython = ">=3.8,<4", CoreMetadata = new([FileHash.Sha256(Hex('1'))]) },
            File("my_pkg-1.0.tar.gz", 'b'),
            File("my_pkg-1.5.tar.gz", 'c') with { Yanked = "bad \"<b>\"" },
            File("my_pkg-1.6.tar.gz", 'd') with { Yanked = "" },
            File("my_pkg-2.0+loc.1-py3-none-any.whl", 'e') with { CoreMetadata = new([FileHash.Sha256(Hex('2'))]) },
        ])
    {
        Versions = ["1.0", "1.5", "1.6", "2.0+loc.1"],
    };

    /// <summary>An upstream project with all optional data, and little of the mandatory data.</summary>
    public static ProjectPage Foreign { get; } = new(
        "foreign",
        [
            new PageFile("foreign-1.0.tar.gz", "https://files.example/a%20b/foreign-1.0.tar.gz?x=1&y=2")
            {
                Hashes = [Hash("md5", 32), Hash("sha512", 128), Hash("sha3_256", 64)],
                Size = 1,
                GpgSig = false,
                Provenance = "https://files.example/integrity/foreign-1.0.tar.gz/provenance",
            },
            new PageFile("foreign-2.0.tar.gz", "https://files.example/foreign-2.0.tar.gz")
            {
                GpgSig = true,
                CoreMetadata = CoreMetadataLink.Present,
            },
        ])
    {
        Status = new ProjectStatus("archived", "Moved to <elsewhere> & \"renamed\"."),
    };

    public static string Html(ProjectPage page) => Text(SimplePage.Render(page).TextHtml);

    public static string Json(ProjectPage page) => Text(SimplePage.Render(page).Json);

    public static string Text(PageRepresentation representation) => Encoding.UTF8.GetString(representation.Identity.Bytes.Span);

    private static PageFile File(string filename, char digit) => PageFile.Beside(filename) with
    {
        Hashes = [FileHash.Sha256(Hex(digit))],
        Size = 1234,
        UploadTime = PageFile.FormatUploadTime(UploadedAt),
    };

    private static FileHash Hash(string algorithm, int length) =>
        FileHash.OrNull(algorithm, new string('f', length)) ?? throw new ArgumentException(algorithm);
}
