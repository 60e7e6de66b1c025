using System.Security.Cryptography;
using System.Text;
using PyWharf.Domain;
using PyWharf.Infrastructure.Configuration;

namespace PyWharf.Unit.Infrastructure.Configuration;

public sealed class SecretSettingTests : IDisposable
{
    private static readonly Dictionary<string, IReadOnlyList<ConfigKey>> Types = new()
    {
        ["file_system"] = [ConfigKey.Secret("read_secret", "reads"), ConfigKey.Secret("write_secret", "writes")],
    };

    private static readonly string Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("s3crét")));

    private readonly string _variable = $"PYWHARF_TEST_{Guid.NewGuid():N}";
    private readonly string _file = Path.GetTempFileName();

    public static TheoryData<string, string> Problems => new()
    {
        { "read_secret = 'x'\nread_secret_env = 'x'", "4:1: [local] has \"read_secret\" and \"read_secret_env\": a secret has one form only" },
        { "read_secret_env = 'x'\nread_secret = 'x'", "4:1: [local] has \"read_secret\" and \"read_secret_env\": a secret has one form only" },
        { "read_secret = ''\nread_secret_file = '/x'", "4:1: [local] has \"read_secret\" and \"read_secret_file\": a secret has one form only" },
        { $"write_secret_env = 'x'\nwrite_secret_sha256 = '{Digest}'", "4:1: [local] has \"write_secret_env\" and \"write_secret_sha256\": a secret has one form only" },
        { "read_secret_env = 5", "3:19: \"read_secret_env\" in [local] must be a string; found: integer" },
        { "read_secret_file = ['s3cret']", "3:20: \"read_secret_file\" in [local] must be a string; found: array" },
        { "read_secret_sha256 = 's3cret'", "3:22: \"read_secret_sha256\" in [local] must be the SHA-256 of the secret, 64 hexadecimal digits" },
        { "read_secret_sha256 = ''", "3:22: \"read_secret_sha256\" in [local] must be the SHA-256 of the secret, 64 hexadecimal digits" },
    };

    public static TheoryData<string, string> UnreadableSecrets => new()
    {
        { "read_secret_env = 'S3CRET'", "3:19: \"read_secret_env\" in [local]: the environment variable of this name is not set, or empty" },
        { "read_secret_env = ''", "3:19: \"read_secret_env\" in [local]: the environment variable of this name is not set, or empty" },
        { "write_secret_file = 's3cret'", "3:21: \"write_secret_file\" in [local]: the path of a file with a secret must be absolute" },
        { "write_secret_file = \"/s3cret\\u0000\"", "3:21: \"write_secret_file\" in [local]: the path of a file with a secret must be absolute" },
        { "write_secret_file = ''", "3:21: \"write_secret_file\" in [local]: the path of a file with a secret must be absolute" },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void A_problem_says_where_and_what_and_no_secret(string lines, string expected)
    {
        Assert.False(ConfigFile.TryRead(Document(lines), "config.toml", Types, out _, out var problem));
        Assert.Equal($"config.toml:{expected}", problem);
    }

    [Theory]
    [MemberData(nameof(UnreadableSecrets))]
    public void A_secret_that_cannot_be_read_says_where_and_opens_nothing(string lines, string expected)
    {
        var resolved = Read(lines).WithSecrets(out var problem);

        Assert.Equal($"config.toml:{expected}", problem);
        Assert.DoesNotContain("s3cret", problem, StringComparison.OrdinalIgnoreCase);
        Assert.True(resolved.Secret("read_secret").IsEmpty);
        Assert.True(resolved.Secret("write_secret").IsEmpty);
    }

    [Fact]
    public void The_first_of_several_secrets_that_cannot_be_read_is_told()
    {
        Read("read_secret_env = 'NOT_SET_ANYWHERE'\nwrite_secret_file = 'relative'").WithSecrets(out var problem);

        Assert.StartsWith("config.toml:3:19: ", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("read_secret = 's3crét'")]
    [InlineData("read_secret_env = '{variable}'")]
    [InlineData("read_secret_file = '{file}'")]
    [InlineData("read_secret_sha256 = '{digest}'")]
    [InlineData("read_secret_sha256 = '{DIGEST}'")]
    public void Each_form_recognises_the_secret_and_nothing_else(string line)
    {
        Environment.SetEnvironmentVariable(_variable, "s3crét");
        File.WriteAllText(_file, "s3crét\n");
        var secret = Resolved(line).Secret("read_secret");

        Assert.True(secret.Matches(new Secret("s3crét")));
        Assert.False(secret.Matches(new Secret("s3cret")));
        Assert.False(secret.Matches(new Secret("s3crét\n")));
        Assert.False(secret.Matches(new Secret("")));
    }

    [Fact]
    public void One_line_end_is_not_part_of_the_secret_and_a_second_one_is()
    {
        File.WriteAllText(_file, "s3cret\n\n");

        Assert.True(Resolved("write_secret_file = '{file}'").Secret("write_secret").Matches(new Secret("s3cret\n")));
    }

    [Fact]
    public void Without_any_form_nothing_is_recognised()
    {
        Assert.True(Resolved("").Secret("read_secret").IsEmpty);
        Assert.True(Resolved("read_secret = ''").Secret("read_secret").IsEmpty);
    }

    [Fact]
    public void A_file_is_read_when_it_is_asked_for_and_not_before()
    {
        File.WriteAllText(_file, "old");
        var config = Read("read_secret_file = '{file}'");
        File.WriteAllText(_file, "new");

        Assert.True(config.WithSecrets(out _).Secret("read_secret").Matches(new Secret("new")));
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(_variable, null);
        File.Delete(_file);
    }

    private static string Document(string lines) => $"[local]\ntype = 'file_system'\n{lines}";

    private RepositoryConfig Resolved(string lines)
    {
        var resolved = Read(lines).WithSecrets(out var problem);
        Assert.Null(problem);

        return resolved;
    }

    private RepositoryConfig Read(string lines)
    {
        var document = Document(lines)
            .Replace("{variable}", _variable, StringComparison.Ordinal)
            .Replace("{file}", _file, StringComparison.Ordinal)
            .Replace("{digest}", Digest, StringComparison.Ordinal)
            .Replace("{DIGEST}", Digest.ToUpperInvariant(), StringComparison.Ordinal);
        Assert.True(ConfigFile.TryRead(document, "config.toml", Types, out var repositories, out var problem), problem);

        return Assert.Single(repositories);
    }
}
