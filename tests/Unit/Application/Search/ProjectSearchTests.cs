using PyWharf.Application.Search;
using PyWharf.Domain;

namespace PyWharf.Unit.Application.Search;

public sealed class ProjectSearchTests
{
    private static readonly ProjectFiles[] Projects = Offered(
        ("a-b", "Z"), ("ab", "a b"), ("abc", null), ("c-a-b", "x"), ("q", "the A.B of it"), ("z", "kelvin"));

    public static TheoryData<string, string[]> Searches { get; } = new()
    {
        { "a b", ["a-b", "ab", "abc", "c-a-b", "q"] },
        { "A__B", ["a-b", "c-a-b"] },
        { "a.b", ["a-b", "c-a-b", "q"] },
        { "ab", ["ab", "abc"] },
        { "b z", ["a-b"] },
        { "KELVIN", ["z"] },
        { "-", ["a-b", "c-a-b"] },
        { "\0", [] },
        { "\uD800", [] },
        { "[", [] },
    };

    [Theory]
    [MemberData(nameof(Searches))]
    public void Names_come_before_summaries_and_spelling_does_not_matter(string text, string[] names)
    {
        var found = new ProjectSearch(text).In(Projects, ProjectScope.All);

        Assert.Equal(names, found.Best.Select(project => project.Name.ToString()));
        Assert.Equal(names.Length, found.Count);
    }

    [Fact]
    public void No_words_find_all() => Assert.Equal(Projects, new ProjectSearch(" \t").In(Projects, ProjectScope.All).Best);

    [Fact]
    public void Nothing_is_found_in_nothing() => Assert.Empty(new ProjectSearch("a").In([], ProjectScope.All).Best);

    private static ProjectFiles[] Offered(params (string Name, string? Summary)[] projects)
    {
        var files = projects.Select(project => new PackageFile
        {
            Filename = DistributionFilename.TryParse($"{project.Name.Replace('-', '_')}-1.0.tar.gz", out var filename) ? filename : throw new InvalidOperationException(),
            Size = 1,
            Sha256 = default,
            UploadedAt = DateTimeOffset.UnixEpoch,
            Summary = project.Summary,
            Location = "",
        });

        return [.. RepositoryIndex.Empty.With(new IndexChanges(1, DateTimeOffset.UnixEpoch, [.. files], [], [])).Projects.OrderBy(project => project.Name)];
    }
}
