using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Configuration;
using PyWharf.Infrastructure.Database.Sqlite;

namespace PyWharf.Unit.Infrastructure.Configuration;

/// <summary>Documents with any number of mistakes at once, put together at random from lines that are right and wrong.</summary>
public sealed class BrokenDocumentsTests
{
    private static readonly IReadOnlyDictionary<string, IReadOnlyList<ConfigKey>> Keys = new BackendCatalog(
        new SqliteCatalogFactory(TimeProvider.System, NullLogger.Instance), new AuthenticationLifetimes(TimeSpan.Zero, TimeSpan.Zero), TimeProvider.System, NullLoggerFactory.Instance).Keys;

    private static readonly string[] Headers =
    [
        "[team]", "[Team]", "[hub]", "[\"a.b\"]", "[initialize]", "[team.policy]", "[team.tokens]", "[team.tokens.ci]", "[team.tokens.CI]", "[team.tokens.\"x y\"]", "[hub.tokens.ci]",
        "[hub.policy]", "[team.other]", "[team.policy.deletion]", "[[team]]", "[",
    ];

    private static readonly string[] Names =
    [
        "type", "read_secret", "read_secret_env", "write_secret_file", "write_secret_sha256", "max_file_bytes", "sync_index_interval", "reserve", "anonymous_read", "owner", "repo", "api_url",
        "download", "sha256", "permission", "projects", "reads", "expires", "networks", "deletion", "require_digest", "policy", "tokens", "raw", "env", "file", "typo",
    ];

    private static readonly string[] Values =
    [
        "'file_system'", "'github'", "'ftp'", "'hunter2'", "''", "1", "-1", "true", "1.5", "2027-06-30", "'2027-06-30'", "[]", "['*']", "[1]", "['10.0.0.0/8', 'x']", "{}", "{a = 1}",
        "'" + new string('a', 64) + "'", "'/no/such/file'", "'admin'", "\"warn\"", "",
    ];

    [Fact]
    public void Reading_one_never_throws_and_every_problem_has_its_place_and_no_secret()
    {
        var (good, bad) = (0, 0);
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var (config, secrets) = (Document(random), Document(random));

            var reading = ConfigFile.Read(config, "config.toml", Keys);
            var problems = reading.Problems
                .Concat(reading.Repositories.SelectMany(repository => repository.FindSecretProblems()))
                .Concat(SecretFile.Read(secrets, "admin_secret.toml", reading).Problems)
                .ToList();

            Assert.All(problems, problem => Assert.Matches("^(config|admin_secret)\\.toml:[0-9]+:[0-9]+: [^\n]+$", problem));
            Assert.All(problems, problem => Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal));
            Assert.Equal(reading.Problems.Count == 0, ConfigFile.TryRead(config, "config.toml", Keys, out _, out var first));
            Assert.True(first is null || reading.Problems.Contains(first), $"seed {seed}: {first}");
            Assert.Equal(reading.Problems, reading.Problems.Distinct());
            good += reading.Problems.Count == 0 ? 1 : 0;
            bad += reading.Problems.Count > 2 ? 1 : 0;
        }

        Assert.InRange(good, 1, 3000);
        Assert.InRange(bad, 300, 3000);
    }

    private static string Document(Random random)
    {
        var lines = new List<string> { Headers[random.Next(3)], $"type = {Values[random.Next(3)]}" };
        var count = random.Next(12);
        for (var line = 0; line < count; line++)
        {
            lines.Add(random.Next(4) == 0 ? Headers[random.Next(Headers.Length)] : $"{Names[random.Next(Names.Length)]} = {Values[random.Next(Values.Length)]}");
        }

        return string.Join('\n', lines);
    }
}
