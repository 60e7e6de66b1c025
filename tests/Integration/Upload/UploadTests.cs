using System.Text;
using PyWharf.Infrastructure.Toml;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upload;

[Collection(ServerFixture.Name)]
public sealed class UploadTests(ServerFixture server) : IDisposable
{
    private readonly HttpClient _reader = server.Reader();
    private readonly HttpClient _writer = server.Writer();

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    [Fact]
    public async Task Every_client_uploads_in_its_own_way()
    {
        var forms = new (string Client, Func<Distribution, ClientForm> Form)[]
        {
            ("twine-3", ClientForm.LikeOldTwine), ("twine-4", ClientForm.LikeTwine), ("twine-6", ClientForm.LikeNewTwine), ("twine-7", ClientForm.LikeTwine7),
            ("uv", ClientForm.LikeUv), ("flit", ClientForm.LikeFlit), ("poetry", ClientForm.LikePoetry), ("pdm", ClientForm.LikePdm),
            ("hatch", ClientForm.LikeHatch), ("least", ClientForm.Least),
        };
        foreach (var (client, form) in forms)
        {
            Distribution[] files = [Wheels.Build($"by-{client}", "1.0"), Sdists.Build($"by-{client}", "1.0"), Sdists.Build($"by-{client}", "1.1", zip: true)];
            foreach (var file in files)
            {
                var answer = await _writer.UploadAsync(form(file));

                Assert.True(answer is { Status: 200, Text: "" }, $"{client}, {file.Filename}: {answer}");
            }

            Assert.Equal(files.Select(file => file.Filename).Order(StringComparer.Ordinal), await _reader.FilenamesAsync($"by-{client}"));
        }
    }

    [Fact]
    public async Task The_very_next_request_sees_the_upload_on_every_page()
    {
        foreach (var version in (string[])["1.0", "1.1", "1.2"])
        {
            var wheel = Wheels.Build("read-your-writes", version);
            (await _writer.UploadAsync(wheel)).With(200);

            var html = (await _reader.AskAsync("/simple/read-your-writes/", ("Accept", "text/html"))).With(200);
            Assert.Contains(IndexAnchor.AllOf(html.Text), anchor => anchor.Text == wheel.Filename && anchor.Fragment == $"sha256={wheel.Sha256}");

            var json = await _reader.ProjectAsync("read-your-writes");
            Assert.Contains(
                json.GetProperty("files").EnumerateArray(),
                file => file.GetProperty("hashes").GetProperty("sha256").GetString() == wheel.Sha256);

            Assert.Equal(wheel.Content, (await _reader.AskAsync($"/simple/read-your-writes/{wheel.Filename}")).With(200).Bytes);
            Assert.Contains("read-your-writes/", (await _reader.AskAsync("/simple/")).With(200).Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/simple/")]
    [InlineData("/simple")]
    [InlineData("/legacy/")]
    [InlineData("/legacy")]
    [InlineData("/local/simple/")]
    [InlineData("/local/legacy/")]
    public async Task Every_address_for_uploads_is_the_same(string path)
    {
        var wheel = Wheels.Build($"posted-to-{path.Trim('/').Replace('/', '-')}-{path.Length}", "1.0");

        (await _writer.UploadAsync(ClientForm.LikeTwine(wheel), path)).With(200);

        Assert.Equal([wheel.Filename], await _reader.FilenamesAsync(wheel.Name));
    }

    [Fact]
    public async Task The_same_bytes_again_are_fine_and_others_under_that_name_are_409()
    {
        var (wheel, other) = (Wheels.Build("again", "1.0"), Wheels.Build("again", "1.0", payload: 100));
        (await _writer.UploadAsync(wheel)).With(200);
        var page = await _reader.ProjectAsync("again");

        (await _writer.UploadAsync(wheel)).With(200);
        (await _writer.UploadAsync(ClientForm.LikeUv(wheel))).With(200);
        var refused = (await _writer.UploadAsync(other)).With(409);

        // Clients that skip what exists look for these words.
        Assert.StartsWith("File already exists", refused.Reason, StringComparison.Ordinal);
        Assert.StartsWith("File already exists", refused.Text, StringComparison.Ordinal);
        Assert.Equal(wheel.Content, (await _reader.AskAsync($"/simple/again/{wheel.Filename}")).With(200).Bytes);
        Assert.Equal(page.ToString(), (await _reader.ProjectAsync("again")).ToString());
    }

    [Fact]
    public async Task A_right_digest_may_be_upper_case_or_absent()
    {
        var wheel = Wheels.Build("digests", "1.0");
        var upper = ClientForm.LikeTwine(wheel)
            .With("md5_digest", wheel.Md5.ToUpperInvariant())
            .With("sha256_digest", wheel.Sha256.ToUpperInvariant())
            .With("blake2_256_digest", wheel.Blake2b256.ToUpperInvariant());
        var none = ClientForm.LikeTwine(Wheels.Build("digests", "2.0")).Without("md5_digest").Without("sha256_digest").Without("blake2_256_digest");
        var empty = ClientForm.LikeTwine(Wheels.Build("digests", "3.0")).With("md5_digest", "").With("sha256_digest", "").With("blake2_256_digest", "");

        // «setup.py upload» of Python 3.9 to 3.11: BLAKE2b as long as it comes.
        var old = Wheels.Build("digests", "4.0");

        foreach (var form in new[] { upper, none, empty, ClientForm.LikeTwine(old).With("blake2_256_digest", old.Blake2b512) })
        {
            (await _writer.UploadAsync(form)).With(200);
        }

        Assert.Equal(4, (await _reader.FilenamesAsync("digests")).Count);
    }

    [Fact]
    public async Task Fields_may_come_after_the_file()
    {
        var form = ClientForm.LikeTwine(Wheels.Build("file-first", "1.0")).FileFirst();

        (await _writer.UploadAsync(form.With("sha256_digest", new string('0', 64)))).With(400);
        (await _writer.UploadAsync(form)).With(200);
    }

    [Fact]
    public async Task Fields_of_ours_that_a_client_makes_up_are_ignored()
    {
        var wheel = Wheels.Build("liar", "1.0");
        var form = ClientForm.LikeTwine(wheel)
            .With("distrib", "../../../../newdir")
            .With("sha256", new string('f', 64))
            .With("upload_time", "1999-01-01T00:00:00.000000Z")
            .With("uploaded_by", "somebody else")
            .With("package", "other")
            .With("ext", "exe");

        (await _writer.UploadAsync(form)).With(200);

        var file = Assert.Single((await _reader.ProjectAsync("liar")).GetProperty("files").EnumerateArray());
        Assert.Equal(wheel.Sha256, file.GetProperty("hashes").GetProperty("sha256").GetString());
        Assert.DoesNotContain("1999", file.GetProperty("upload-time").GetString(), StringComparison.Ordinal);
        var meta = await File.ReadAllTextAsync(Path.Combine(server.Storage, "liar", wheel.Filename + ".meta"));
        Assert.Contains("distrib = \"liar\"", meta, StringComparison.Ordinal);
        Assert.Contains($"sha256 = \"{wheel.Sha256}\"", meta, StringComparison.Ordinal);
        Assert.Contains("uploaded_by = \"write secret\"", meta, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(server.Root, "newdir")));
    }

    [Fact]
    public async Task The_form_is_kept_beside_the_file_as_the_original_kept_it()
    {
        var wheel = Wheels.Build("Kept.Form", "1.0", requiresPython: ">=3.9");
        var form = ClientForm.LikeTwine(wheel)
            .With("summary", "Ünïcode \"quoted\" \\ back\nsecond line")
            .With("classifiers", "Private :: Do Not Upload", "Topic :: Second")
            .With("nobody_knows_this", "kept");

        (await _writer.UploadAsync(form)).With(200);

        var meta = await File.ReadAllTextAsync(Path.Combine(server.Storage, "kept-form", wheel.Filename + ".meta"));
        Assert.Contains("Ünïcode", meta, StringComparison.Ordinal);
        Assert.Contains("name = \"Kept.Form\"", meta, StringComparison.Ordinal);
        Assert.Contains("classifiers = \"Private :: Do Not Upload\"", meta, StringComparison.Ordinal);
        Assert.DoesNotContain("Topic :: Second", meta, StringComparison.Ordinal);
        Assert.Contains("nobody_knows_this = \"kept\"", meta, StringComparison.Ordinal);
        Assert.DoesNotContain(ServerFixture.WriteSecret, meta, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_that_are_not_normalised_belong_to_the_project_that_is()
    {
        foreach (var filename in (string[])["Odd.Name_X-1.0-py3-none-any.whl", "odd-name-x-1.0.tar.gz", "Odd.Name.X-1.1.zip"])
        {
            var version = filename.EndsWith(".zip", StringComparison.Ordinal) ? "1.1" : "1.0";
            var file = filename.EndsWith(".whl", StringComparison.Ordinal) ? Wheels.Build("Odd.Name_X", version) : Sdists.Build("Odd.Name_X", version, zip: version == "1.1");

            (await _writer.UploadAsync(ClientForm.LikeTwine(file).WithFilename(filename))).With(200);

            Assert.Contains(filename, await _reader.FilenamesAsync("odd-name-x"));
        }
    }

    [Theory]
    [InlineData("1.0", "1.0.0")]
    [InlineData("1.0.post1", "1.0-1")]
    [InlineData("1.0a1", "1.0-alpha.1")]
    public async Task A_version_may_be_spelled_in_two_ways(string inFilename, string inForm)
    {
        var wheel = Wheels.Build($"spelled-{inForm.Length}{inFilename.Length}", inFilename);

        (await _writer.UploadAsync(ClientForm.LikeTwine(wheel).With("version", inForm))).With(200);
    }

    [Fact]
    public async Task What_a_private_index_is_for_is_accepted()
    {
        Distribution[] files =
        [
            Wheels.Build("private", "1.0+company.7"), Wheels.Build("private", "2.0", tag: "cp312-cp312-linux_x86_64"),
            Wheels.Build("private", "3.0", build: "1abc"), Wheels.Build("private", "20240101123456789.0"), Wheels.Build("private", "1!1.0"),
            Wheels.Build("private", "4.0", tag: "py2.py3-none-any"), Wheels.Build("private", "5.0.dev0"),
        ];
        foreach (var file in files)
        {
            (await _writer.UploadAsync(ClientForm.LikeTwine(file).With("classifiers", "No :: Such :: Classifier"))).With(200);
            Assert.Equal(file.Content, (await _reader.AskAsync($"/simple/private/{Uri.EscapeDataString(file.Filename)}")).With(200).Bytes);
        }

        Assert.Equal(files.Length, (await _reader.FilenamesAsync("private")).Count);
    }

    [Fact]
    public async Task A_specifier_that_the_form_lacks_is_taken_from_the_wheel()
    {
        var wheel = Wheels.Build("specified", "1.0", requiresPython: ">=3.11");

        (await _writer.UploadAsync(ClientForm.LikeUv(wheel).With("requires_python", ""))).With(200);

        var file = Assert.Single((await _reader.ProjectAsync("specified")).GetProperty("files").EnumerateArray());
        Assert.Equal(">=3.11", file.GetProperty("requires-python").GetString());
    }

    [Theory]
    [InlineData("\"><script>alert(1)</script>")]
    [InlineData(">=3.8\"><script>alert(1)</script>")]
    [InlineData("UNKNOWN")]
    [InlineData("\0")]
    public async Task A_specifier_that_is_none_is_not_shown(string specifier)
    {
        var wheel = Wheels.Build($"unspecified-{specifier.Length}", "1.0");

        (await _writer.UploadAsync(ClientForm.LikeTwine(wheel).With("requires_python", specifier))).With(200);

        var anchor = Assert.Single(IndexAnchor.AllOf((await _reader.AskAsync($"/simple/{wheel.Name}/")).With(200).Text));
        Assert.Equal(IndexAnchor.CoreMetadata(wheel), anchor.Attributes);
        Assert.False((await _reader.ProjectAsync(wheel.Name)).GetProperty("files")[0].TryGetProperty("requires-python", out _));
    }

    [Fact]
    public async Task Whatever_a_form_holds_what_is_kept_of_it_can_be_read()
    {
        const string OddKey = "odd é = [key]";
        var wheel = Wheels.Build("odd-fields", "1.0");
        var odd = string.Concat(Enumerable.Range(0, 0xA0).Select(code => (char)code)) + "\u2028\uFFFF\U0001F680\"\"\"\'\'\'\\";

        (await _writer.UploadAsync(ClientForm.LikeTwine(wheel).With("summary", odd).With(OddKey, odd).With("a.b.c", odd))).With(200);

        var meta = await File.ReadAllBytesAsync(Path.Combine(server.Storage, wheel.Name, wheel.Filename + ".meta"));
        Assert.True(TomlReader.TryRead(meta, out var table, out var error), error?.ToString());
        var kept = table.ToDictionary(entry => entry.Key, entry => entry.Value.Content);
        Assert.Equal(odd, kept["summary"]);
        Assert.DoesNotContain(OddKey, kept.Keys);
        Assert.Equal(wheel.Sha256, kept["sha256"]);
    }

    [Fact]
    public async Task A_long_description_and_many_fields_are_fine()
    {
        var form = ClientForm.LikeTwine(Wheels.Build("wordy", "1.0"))
            .With("description", new string('d', 5_000_000))
            .With("classifiers", [.. Enumerable.Range(0, 1500).Select(number => $"Topic :: {number}")])
            .Then(new FormPart("gpg_signature", Encoding.ASCII.GetBytes("-----BEGIN PGP SIGNATURE-----"), "wordy.asc", "application/pgp-signature"));

        (await _writer.UploadAsync(form)).With(200);
    }
}
