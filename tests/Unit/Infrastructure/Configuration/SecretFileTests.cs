using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Unit.Infrastructure.Configuration;

public sealed class SecretFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pywharf-secret-").FullName;
    private readonly string _variable = $"PYWHARF_TEST_{Guid.NewGuid():N}";

    public static TheoryData<string, string> Problems => new()
    {
        { "[local", "admin_secret.toml:1:7: expected \"]\" after the name of a table" },
        { "raw = 's3cret'", "admin_secret.toml:1:1: \"raw\" is no table; every key belongs below the name of its repository, such as [local]" },
        { "[locale]\nraw = 's3cret'", "admin_secret.toml:1:2: the configuration has no repository [locale]; did you mean [local]?" },
        { "[other-one]\nraw = 's3cret'", "admin_secret.toml:1:2: the configuration has no repository [other-one]" },
        { "[local]\ntype = 'file_system'\n[LOCAL]\ntype = 'file_system'", "admin_secret.toml:3:2: [LOCAL] is the same repository as that at 1:2: case does not matter" },
        { "[local]\nraw = 's3cret'", "admin_secret.toml:1:2: [local] lacks the key \"type\": the kind of its storage, as in the configuration" },
        { "[local]\ntype = 'github'\nraw = 's3cret'", "admin_secret.toml:2:8: the \"type\" of [local] differs from the configuration, which says \"file_system\"" },
        { "[local]\ntype = 'file_system'", "admin_secret.toml:1:2: [local] needs exactly one of raw, env and file, and that not empty" },
        { "[local]\ntype = 'file_system'\nraw = ''", "admin_secret.toml:1:2: [local] needs exactly one of raw, env and file, and that not empty" },
        { "[local]\ntype = 'file_system'\nraw = 's3cret'\nenv = 's3cret'", "admin_secret.toml:4:7: [local] needs exactly one of raw, env and file, and that not empty" },
        { "[local]\ntype = 'file_system'\nraw = 5", "admin_secret.toml:3:7: \"raw\" in [local] must be a string; found: integer" },
        { "[local]\ntype = 'file_system'\nrow = 's3cret'", "admin_secret.toml:3:1: unknown key \"row\" in [local]; allowed keys: type, raw, env, file; did you mean \"raw\"?" },
        { "[local]\ntype = 'file_system'\nenv = 's3cret'", "admin_secret.toml:3:7: the environment variable of this name is not set, or empty" },
        { "[local]\ntype = 'file_system'\nfile = 's3cret'", "admin_secret.toml:3:8: the path of a file with a secret must be absolute" },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void A_problem_says_where_and_what_and_no_secret(string document, string expected)
    {
        Assert.Equal(expected, ProblemOf(document));
        Assert.DoesNotContain("s3cret", expected, StringComparison.Ordinal);
    }

    [Fact]
    public void A_raw_secret_is_what_the_document_says()
    {
        Assert.Equal(" x\n", Read("[LOCAL]\ntype = 'file_system'\nraw = \" x\\n\"")?.Reveal());
    }

    [Fact]
    public void A_repository_may_do_without()
    {
        Assert.True(SecretFile.TryRead("", "admin_secret.toml", Configuration(), out var secrets, out _));

        Assert.Empty(secrets);
    }

    [Fact]
    public void A_secret_comes_from_the_environment_at_once()
    {
        var document = $"[local]\ntype = 'file_system'\nenv = '{_variable}'";
        Assert.NotNull(ProblemOf(document));

        Environment.SetEnvironmentVariable(_variable, "from the environment");

        Assert.Equal("from the environment", Read(document)?.Reveal());
    }

    [Theory]
    [InlineData("from a file", "from a file")]
    [InlineData("from a file\n", "from a file")]
    [InlineData("\uFEFFfrom a file\n", "from a file")]
    [InlineData("from a file\r\n", "from a file")]
    [InlineData("two\nlines\n\n", "two\nlines\n")]
    public void A_secret_comes_from_a_file_without_its_last_line_end(string content, string expected)
    {
        Assert.Equal(expected, Read(DocumentOf(content))?.Reveal());
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void An_empty_file_is_no_secret(string content)
    {
        Assert.Equal("admin_secret.toml:3:8: this file is empty", ProblemOf(DocumentOf(content)));
    }

    [Fact]
    public void A_file_that_is_not_there_or_a_folder_or_too_large_or_not_text_is_no_secret()
    {
        var path = Path.Combine(_folder, "none");
        Assert.StartsWith("admin_secret.toml:3:8: this file cannot be read: ", ProblemOf($"[local]\ntype = 'file_system'\nfile = '{path}'"), StringComparison.Ordinal);
        Assert.StartsWith("admin_secret.toml:3:8: this file cannot be read: ", ProblemOf($"[local]\ntype = 'file_system'\nfile = '{_folder}'"), StringComparison.Ordinal);
        Assert.Equal("admin_secret.toml:3:8: this file has more than 65536 bytes, which is no secret", ProblemOf(DocumentOf(new string('x', 65_537))));

        File.WriteAllBytes(path, [0xFF, 0xFE, 0x00]);
        Assert.StartsWith("admin_secret.toml:3:8: this file is not UTF-8", ProblemOf($"[local]\ntype = 'file_system'\nfile = '{path}'"), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(_variable, null);
        Directory.Delete(_folder, recursive: true);
    }

    private static IReadOnlyList<RepositoryConfig> Configuration()
    {
        var types = new Dictionary<string, IReadOnlyList<ConfigKey>> { ["file_system"] = [] };
        Assert.True(ConfigFile.TryRead("[Local]\ntype = 'file_system'", "config.toml", types, out var repositories, out var problem), problem);
        return repositories;
    }

    private static Secret? Read(string document)
    {
        Assert.True(SecretFile.TryRead(document, "admin_secret.toml", Configuration(), out var secrets, out var problem), problem);
        return secrets.Single(pair => pair.Key.ToString() == "local").Value;
    }

    private static string? ProblemOf(string document)
    {
        Assert.False(SecretFile.TryRead(document, "admin_secret.toml", Configuration(), out var secrets, out var problem));
        Assert.Null(secrets);
        return problem;
    }

    private string DocumentOf(string fileContent)
    {
        var path = Path.Combine(_folder, "secret");
        File.WriteAllText(path, fileContent);
        return $"[local]\ntype = 'file_system'\nfile = '{path}'";
    }
}
