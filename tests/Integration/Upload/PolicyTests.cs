using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upload;

/// <summary>What an operator decides about uploads (docs/uploads.md), in a real configuration of the real program.</summary>
public sealed class PolicyTests(ServerWithPolicies server) : IClassFixture<ServerWithPolicies>
{
    /// <summary>For each key an upload to which its rule objects and no other, and what the objection says.</summary>
    private static readonly Dictionary<string, (ClientForm Form, string Project, string Sentence)> Objectionable = new()
    {
        ["allow_legacy_sdist_names"] = (
            ClientForm.LikeTwine(Sdists.Build("Old.Sdist", "1.0", zip: true)), "old-sdist",
            "The name of the file is of an old form; today's tools call it old_sdist-1.0.tar.gz."),
        ["allow_legacy_wheel_names"] = (
            ClientForm.LikeTwine(Wheels.Build("Old.Wheel", "1.0")).WithFilename("Old.Wheel-1.0-py3-none-any.whl"), "old-wheel",
            "The name of the file is of an old form; today's tools call it old_wheel-1.0-py3-none-any.whl."),
        ["require_digest"] = (
            ClientForm.LikeTwine(Wheels.Build("undigested", "1.0")).Without("md5_digest").Without("sha256_digest").With("blake2_256_digest", ""), "undigested",
            "The form has no digest of the file (sha256_digest), so that damage on the way goes unnoticed."),
        ["require_sound_archive"] = (ClientForm.LikeTwine(NoZip("unsound")), "unsound", ""),
        ["require_standard_archive"] = (
            ClientForm.LikeTwine(Wheels.Build("unlicensed", "1.0", metadata: "Metadata-Version: 2.4\nName: unlicensed\nVersion: 1.0\nLicense-File: LICENSE\n"u8.ToArray())),
            "unlicensed",
            "The metadata names the license file \"LICENSE\", and there is no \"unlicensed-1.0.dist-info/licenses/LICENSE\"."),
        ["require_readable_metadata"] = (
            ClientForm.LikeTwine(Wheels.Build("latin", "1.0", metadata: [.. SampleMetadata.Of("latin", "1.0", requiresPython: null), (byte)'\n', 0xE9])), "latin",
            "METADATA in the wheel is not UTF-8, so that pip can't install it: build it again."),
        ["require_metadata_match"] = (
            ClientForm.LikeTwine(Wheels.Build("stranger", "1.0", metadata: SampleMetadata.Of("other", "2.0", requiresPython: null))), "stranger",
            "The metadata inside the file is of other 2.0, but its name and the form say stranger 1.0: build it again."),
        ["require_record_match"] = (ClientForm.LikeTwine(WithoutRecordOf("module.py")), "unrecorded", "RECORD "),
    };

    private static readonly Dictionary<string, string> Usual = new()
    {
        ["allow_legacy_sdist_names"] = "true",
        ["allow_legacy_wheel_names"] = "true",
        ["require_digest"] = "warn",
        ["require_sound_archive"] = "true",
        ["require_standard_archive"] = "warn",
        ["require_readable_metadata"] = "true",
        ["require_metadata_match"] = "true",
        ["require_record_match"] = "warn",
    };

    public static TheoryData<string> Keys { get; } = new(ServerWithPolicies.Keys);

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Each_key_refuses_warns_or_lets_pass(string key)
    {
        var isAllow = key.StartsWith("allow_", StringComparison.Ordinal);

        await RefusesAsync(key, $"{key}-{(isAllow ? "false" : "true")}");
        await WarnsAsync(key, $"{key}-warn");
        await TakesAsync(key, $"{key}-{(isAllow ? "true" : "false")}");
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public Task A_repository_that_says_nothing_has_the_usual_policy(string key) => (Usual[key], key.Split('_')[0]) switch
    {
        ("warn", _) => WarnsAsync(key, ServerWithPolicies.Usual),
        ("true", "allow") => TakesAsync(key, ServerWithPolicies.Usual),
        _ => RefusesAsync(key, ServerWithPolicies.Usual),
    };

    [Fact]
    public async Task Every_warning_is_a_line_of_the_answer()
    {
        using var writer = server.Writer(ServerWithPolicies.Warning);
        var file = NoZip("many") with { Filename = "Ma.Ny-1.0-py3-none-any.whl", Name = "ma-ny" };

        var answer = (await writer.UploadAsync(ClientForm.LikeTwine(file).Without("md5_digest").Without("sha256_digest").Without("blake2_256_digest"))).With(200);

        var lines = answer.Text.Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.All(lines[..3], line => Assert.StartsWith("Warning: ", line, StringComparison.Ordinal));
        Assert.Equal("", lines[3]);
    }

    [Fact]
    public async Task A_file_that_is_in_order_is_taken_without_a_word_however_strict_the_policy()
    {
        foreach (var key in ServerWithPolicies.Keys)
        {
            using var writer = server.Writer($"{key}-{(key.StartsWith("allow_", StringComparison.Ordinal) ? "false" : "true")}");

            foreach (var file in (Distribution[])[Wheels.Build("In.Order", "1.0"), Sdists.Build("In.Order", "1.0")])
            {
                var answer = await writer.UploadAsync(file);

                Assert.True(answer is { Status: 200, Text: "" }, $"{key}, {file.Filename}: {answer}");
            }
        }
    }

    [Fact]
    public async Task Metadata_of_an_archive_that_is_let_pass_unsound_is_not_made_up()
    {
        using var writer = server.Writer("require_sound_archive-false");
        (await writer.UploadAsync(NoZip("no-metadata"))).With(200);

        var file = Assert.Single((await writer.ProjectAsync("no-metadata")).GetProperty("files").EnumerateArray());

        Assert.False(file.TryGetProperty("core-metadata", out _));
        (await writer.AskAsync("/simple/no-metadata/no_metadata-1.0-py3-none-any.whl.metadata")).With(404);
    }

    private async Task RefusesAsync(string key, string repository)
    {
        var (form, project, sentence) = Objectionable[key];
        using var writer = server.Writer(repository);

        var answer = (await writer.UploadAsync(form)).With(400);

        Assert.StartsWith(sentence, answer.Text, StringComparison.Ordinal);
        Assert.Equal(answer.Text, answer.Reason + "\n");
        Assert.Empty(await writer.FilenamesAsync(project));
        Assert.DoesNotContain(
            Directory.EnumerateFiles(server.Storage(repository), "*", SearchOption.AllDirectories),
            path => Path.GetRelativePath(server.Storage(repository), path).StartsWith(project, StringComparison.Ordinal));
    }

    private async Task WarnsAsync(string key, string repository)
    {
        var (form, project, sentence) = Objectionable[key];
        using var writer = server.Writer(repository);

        var answer = (await writer.UploadAsync(form)).With(200);

        Assert.StartsWith($"Warning: {sentence}", answer.Text, StringComparison.Ordinal);
        Assert.Equal("text/plain; charset=utf-8", answer["Content-Type"]);
        var filename = Assert.Single(await writer.FilenamesAsync(project));
        var line = $"Repository {repository} accepted {filename} with a warning: {answer.Text["Warning: ".Length..].TrimEnd('\n')}\n";
        await Eventually.HoldsAsync("the log has the warning", () => server.Server.Log.Contains(line, StringComparison.Ordinal));
    }

    private async Task TakesAsync(string key, string repository)
    {
        var (form, project, _) = Objectionable[key];
        using var writer = server.Writer(repository);

        var answer = (await writer.UploadAsync(form)).With(200);

        Assert.Equal("", answer.Text);
        Assert.Single(await writer.FilenamesAsync(project));
    }

    private static Distribution NoZip(string name) => Wheels.Build(name, "1.0") with { Content = "This is no zip archive."u8.ToArray() };

    /// <summary>A wheel with one more file than its RECORD lists.</summary>
    private static Distribution WithoutRecordOf(string path)
    {
        var wheel = Wheels.Build("unrecorded", "1.0");

        return wheel with { Content = Wheels.Zip([.. Wheels.Unzip(wheel.Content), (path, "x = 1\n"u8.ToArray())]) };
    }
}
