using Microsoft.Extensions.Logging.Abstractions;
using PyWharf.Domain;
using PyWharf.Infrastructure.Backends;
using PyWharf.Infrastructure.Backends.FileSystem;
using PyWharf.Infrastructure.Database.Sqlite;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upload;

/// <summary>The fields of the form, in every way that clients send them (https://docs.pypi.org/api/upload/), and what becomes of them.</summary>
[Collection(ServerFixture.Name)]
public sealed class FormFieldTests(ServerFixture server) : IDisposable
{
    private readonly HttpClient _writer = server.Writer();

    public void Dispose() => _writer.Dispose();

    [Fact]
    public async Task Fields_of_many_values_keep_their_order_under_whichever_name_they_come()
    {
        var wheel = Wheels.Build("many-values", "1.0");
        var form = ClientForm.LikeUv(wheel)
            .With("classifiers", "Topic :: B", "Topic :: A", "Private :: C")
            .With("requires_dist", "b>=2", "a ; python_version < '3'", "c @ https://example.com/c.whl")
            .With("project_url", "Home, https://example.com/", "Source, https://example.com/source")
            .With("import_names", "many_values", "many_values.extra ; private")
            .With("import_namespaces", "many")
            .With("license_files", "LICENSE", "licenses/OTHER")
            .With("provides_extras", "z", "y")
            .With("dynamic", "version", "classifiers")
            .With("platform", "UNKNOWN")
            .With("requires_external", "");

        (await _writer.UploadAsync(form)).With(200);

        var fields = await FieldsAsync(wheel);
        Assert.Equal(["Topic :: B", "Topic :: A", "Private :: C"], fields.All("classifiers"));
        Assert.Equal(["b>=2", "a ; python_version < '3'", "c @ https://example.com/c.whl"], fields.All("requires_dist"));
        Assert.Equal(["Home, https://example.com/", "Source, https://example.com/source"], fields.All("project_urls"));
        Assert.Equal(["many_values", "many_values.extra ; private"], fields.All("import_name"));
        Assert.Equal(["many"], fields.All("import_namespace"));
        Assert.Equal(["LICENSE", "licenses/OTHER"], fields.All("license_file"));
        Assert.Equal(["z", "y"], fields.All("provides_extra"));
        Assert.Equal(["version", "classifiers"], fields.All("dynamic"));
        Assert.Empty(fields.All("platform"));
        Assert.Empty(fields.All("requires_external"));
    }

    [Fact]
    public async Task What_the_form_leaves_out_is_taken_from_the_wheel()
    {
        var metadata = "Metadata-Version: 2.4\nName: left-out\nVersion: 1.0\nSummary: Inside\nRequires-Dist: a\nRequires-Dist: b\nClassifier: Topic :: Inside\n\nText.\n"u8;
        var wheel = Wheels.Build("left-out", "1.0", metadata: metadata.ToArray());

        (await _writer.UploadAsync(ClientForm.Least(wheel).With("summary", "").With("classifiers", "Topic :: Outside"))).With(200);

        var fields = await FieldsAsync(wheel);
        Assert.Equal(["a", "b"], fields.All("requires_dist"));
        Assert.Equal(["Topic :: Outside"], fields.All("classifiers"));
    }

    [Fact]
    public async Task Line_ends_within_a_value_and_a_comment_are_kept()
    {
        var wheel = Wheels.Build("line-ends", "1.0");
        const string Description = "# Title\r\n\r\nText.\n\tMore.\r\n";

        (await _writer.UploadAsync(ClientForm.LikeTwine(wheel).With("description", Description).With("comment", "Built by hand."))).With(200);

        Assert.Equal(Description, (await FieldsAsync(wheel))["description"]);
        Assert.Contains("comment = \"Built by hand.\"", await MetaAsync(wheel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_summary_in_many_lines_or_too_long_the_beginning_is_taken_and_nothing_refused()
    {
        foreach (var (number, summary) in new[] { "One line\nand another", new string('s', 100_000), "\r\n" }.Index())
        {
            (await _writer.UploadAsync(ClientForm.LikeTwine(Wheels.Build("summed-up", $"{number}")).With("summary", summary))).With(200);
        }
    }

    [Fact]
    public async Task Every_order_of_the_parts_is_the_same()
    {
        var form = ClientForm.LikeUv(Wheels.Build("shuffled", "1.0"));
        foreach (var seed in Enumerable.Range(0, 10))
        {
            var shuffled = form.Parts.ToArray();
            new Random(seed).Shuffle(shuffled);

            var answer = (await _writer.UploadAsync(ClientForm.Of(shuffled))).With(200);

            Assert.Equal("", answer.Text);
        }
    }

    [Fact]
    public async Task Parts_may_have_a_content_type_or_none()
    {
        var wheel = Wheels.Build("typed", "1.0");
        foreach (var type in (string?[])[null, "text/plain", "text/plain; charset=utf-8", "application/octet-stream", "nonsense"])
        {
            (await _writer.UploadAsync(ClientForm.LikeTwine(wheel).Altered(part => part with { ContentType = type }))).With(200);
        }
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.2")]
    [InlineData("2.5")]
    [InlineData("2.6")]
    [InlineData("2.10")]
    public async Task Every_version_of_the_metadata_that_changes_nothing_for_us_is_taken(string version)
    {
        var metadata = $"Metadata-Version: {version}\nName: versioned\nVersion: {version}\n";
        var wheel = Wheels.Build("versioned", version, metadata: System.Text.Encoding.UTF8.GetBytes(metadata));

        (await _writer.UploadAsync(ClientForm.LikeTwine(wheel).With("metadata_version", version))).With(200);
    }

    [Fact]
    public async Task A_version_of_the_metadata_that_nobody_knows_yet_is_refused_in_the_form_and_in_the_file()
    {
        var inside = Wheels.Build("future", "1.0", metadata: "Metadata-Version: 3.0\nName: future\nVersion: 1.0\n"u8.ToArray());

        var form = (await _writer.UploadAsync(ClientForm.LikeTwine(Wheels.Build("future", "1.0")).With("metadata_version", "3.0"))).With(400);
        var file = (await _writer.UploadAsync(ClientForm.LikeTwine(inside))).With(400);

        Assert.Contains("not one of 1.x and 2.x", form.Text, StringComparison.Ordinal);
        Assert.Contains("Metadata-Version 3.0 is not supported", file.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(">=3.8", ">=3.11", ">=3.8")]
    [InlineData("", ">=3.11", ">=3.11")]
    [InlineData("nonsense", ">=3.11", ">=3.11")]
    [InlineData("nonsense", "nonsense", null)]
    public async Task A_specifier_is_the_valid_one_of_the_form_or_else_of_the_wheel_also_after_a_rebuild(string sent, string inside, string? shown)
    {
        var wheel = Wheels.Build($"specifier-{sent.Length}-{inside.Length}", "1.0", requiresPython: inside);

        (await _writer.UploadAsync(ClientForm.LikeTwine(wheel).With("requires_python", sent))).With(200);

        var file = Assert.Single((await _writer.ProjectAsync(wheel.Name)).GetProperty("files").EnumerateArray());
        Assert.Equal(shown, file.TryGetProperty("requires-python", out var specifier) ? specifier.GetString() : null);
        using var elsewhere = new TempFolder();
        CopyTo(elsewhere, wheel);
        using var rebuilt = Open(elsewhere.Path);
        Assert.Null((await rebuilt.SyncAsync(default)).Failure);
        Assert.Equal(shown, Assert.Single((await rebuilt.ReadChangesAsync(0, default)).Value.Published).RequiresPython?.ToString());
    }

    [Fact]
    public async Task Attestations_are_kept_beside_the_file_word_for_word_and_not_advertised()
    {
        foreach (var (form, number) in new Func<Distribution, ClientForm>[]
        {
            ClientForm.LikeTwine7, file => ClientForm.LikeUv(file).With("attestations", ClientForm.AttestationsOf(file)),
        }.Zip([1, 2]))
        {
            var wheel = Wheels.Build("attested", $"{number}.0");

            (await _writer.UploadAsync(form(wheel))).With(200);

            Assert.Equal(ClientForm.AttestationsOf(wheel), await File.ReadAllTextAsync(Stored(wheel) + ".attestations"));
            Assert.DoesNotContain("attestations", await MetaAsync(wheel), StringComparison.Ordinal);
        }

        Assert.All(
            (await _writer.ProjectAsync("attested")).GetProperty("files").EnumerateArray(),
            file => Assert.False(file.TryGetProperty("provenance", out _)));
        Assert.DoesNotContain("provenance", (await _writer.AskAsync("/simple/attested/", ("Accept", "text/html"))).With(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_attestation_leaves_nothing_beside_the_file()
    {
        foreach (var (number, none) in new[] { "", "[]", " [\n] " }.Index())
        {
            var wheel = Wheels.Build("unattested", $"{number}.0");

            (await _writer.UploadAsync(ClientForm.LikeUv(wheel).With("attestations", none))).With(200);

            Assert.False(File.Exists(Stored(wheel) + ".attestations"));
        }
    }

    [Fact]
    public async Task Attestations_of_another_file_or_none_at_all_are_refused()
    {
        var wheel = Wheels.Build("misattested", "1.0");
        string[] wrong =
        [
            ClientForm.AttestationsOf(Wheels.Build("misattested", "1.0", payload: 10)), ClientForm.AttestationsOf(Sdists.Build("misattested", "1.0")),
            "nonsense", "{}", "[{}]", new string('[', 100_000), $"[\"{new string('x', 2_000_000)}\"]", "[\"\u001B]0;title\u0007\r\nX: y\"]",
        ];
        foreach (var attestations in wrong)
        {
            var answer = (await _writer.UploadAsync(ClientForm.LikeUv(wheel).With("attestations", attestations))).With(400);

            Assert.StartsWith("The field attestations is not as PEP 740 has it: ", answer.Text, StringComparison.Ordinal);
            Assert.Equal(1, answer.Text.Count(character => character is '\n'));
        }

        Assert.DoesNotContain(server.StoredFiles(), file => file.StartsWith("misattested", StringComparison.Ordinal));
    }

    private string Stored(Distribution file) => Path.Combine(server.Storage, file.Name, file.Filename);

    private Task<string> MetaAsync(Distribution file) => File.ReadAllTextAsync(Stored(file) + ".meta");

    /// <summary>What another process reads of the file's fields.</summary>
    private async Task<MetadataFields> FieldsAsync(Distribution file)
    {
        using var backend = Open(server.Root);
        var published = (await backend.ReadChangesAsync(0, default)).Value.Published.Single(found => found.Filename.ToString() == file.Filename);

        return (await backend.ReadFieldsAsync(new Secret(ServerFixture.ReadSecret), published, default)).Value;
    }

    private void CopyTo(TempFolder root, Distribution file)
    {
        foreach (var path in (string[])[Stored(file), Stored(file) + ".meta"])
        {
            File.Copy(path, root.At("cache", ServerFixture.Repository, "storage", file.Name, Path.GetFileName(path)));
        }
    }

    private static FileSystemBackend Open(string root)
    {
        Assert.True(RepositoryName.TryParse(ServerFixture.Repository, out var name, out _));
        var secrets = new RepositorySecrets(SecretVerifier.Of(new Secret(ServerFixture.ReadSecret)), SecretVerifier.Of(new Secret(ServerFixture.WriteSecret)));

        return FileSystemBackend.Open(secrets, new StorageLayout(root, name), new SqliteCatalogFactory(TimeProvider.System, NullLogger.Instance), TimeProvider.System, NullLogger.Instance);
    }
}
