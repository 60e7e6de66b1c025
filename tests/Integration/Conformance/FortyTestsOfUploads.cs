using System.Text;
using PyWharf.Integration.Crash;
using PyWharf.Integration.Support;
using PyWharf.Support;

namespace PyWharf.Integration.Conformance;

/// <summary>Rows 32 to 40: uploads.</summary>
[Collection(FortyTestsServer.Name)]
public sealed class FortyTestsOfUploads(FortyTestsServer server) : IDisposable
{
    private readonly HttpClient _reader = server.Reader();
    private readonly HttpClient _writer = server.Writer();

    public void Dispose()
    {
        _reader.Dispose();
        _writer.Dispose();
    }

    [Fact]
    public async Task Row_32_An_upload_as_twine_sends_it_is_listed()
    {
        var wheel = Wheels.Build("row-32", "1.0");
        var form = ClientForm.LikeNewTwine(wheel);
        Assert.Superset(new HashSet<string> { "sha256_digest", "blake2_256_digest" }, form.Parts.Select(part => part.Name).ToHashSet());
        Assert.DoesNotContain(form.Parts, part => part.Name == "md5_digest");

        var answer = (await UploadAsync(form)).With(200);

        Assert.True(answer.Bytes.Length == 0 || answer["Content-Type"]?.StartsWith("text/plain", StringComparison.Ordinal) == true, answer.ToString());
        Assert.Equal([wheel.Filename], await _reader.FilenamesAsync("row-32"));
    }

    [Fact]
    public async Task Row_33_An_upload_as_uv_sends_it_keeps_the_order_of_its_fields()
    {
        var form = ClientForm.LikeUv(Wheels.Build("row-33", "1.0"))
            .With("requires_python", "").With("classifiers", "Z :: 1", "A :: 2", "M :: 3").With("requires_dist", "b", "a");
        Assert.True(form.Parts.Any(part => part.Name == "import_names") && form.Parts[^1].Name == "attestations");
        Assert.Null(form.Parts.Single(part => part.Name == ClientForm.File).ContentType);

        (await UploadAsync(form)).With(200);

        var info = (await _reader.AskAsync($"{FortyTestsServer.Prefix}/pypi/row-33/json")).With(200).Json.GetProperty("info");
        Assert.Equal(["Z :: 1", "A :: 2", "M :: 3"], info.GetProperty("classifiers").EnumerateArray().Select(value => value.GetString()));
        Assert.Equal(["b", "a"], info.GetProperty("requires_dist").EnumerateArray().Select(value => value.GetString()));
        Assert.Null(info.GetProperty("requires_python").GetString());
    }

    [Fact]
    public async Task Row_34_An_upload_as_flit_sends_it_is_taken()
    {
        var form = ClientForm.LikeFlit(Sdists.Build("row-34", "1.0"));
        Assert.DoesNotContain(form.Parts, part => part.Name == "pyversion");

        (await UploadAsync(form)).With(200);
    }

    [Fact]
    public async Task Row_35_The_same_bytes_again_are_fine_and_others_are_refused()
    {
        var (wheel, other) = (Wheels.Build("row-35", "1.0"), Wheels.Build("row-35", "1.0", payload: 100));
        (await UploadAsync(ClientForm.LikeTwine(wheel))).With(200);
        (await UploadAsync(ClientForm.LikeTwine(wheel))).With(200);

        var refused = (await UploadAsync(ClientForm.LikeTwine(other))).With(409);

        Assert.StartsWith("File already exists", refused.Reason, StringComparison.Ordinal);
        Assert.StartsWith("File already exists", refused.Text, StringComparison.Ordinal);
        Assert.Equal(wheel.Content, (await _reader.AskAsync($"{FortyTestsServer.Simple}row-35/{wheel.Filename}")).With(200).Bytes);
    }

    [Fact]
    public async Task Row_36_Every_digest_that_is_sent_must_be_right()
    {
        var wheel = Wheels.Build("row-36", "1.0");
        var form = ClientForm.LikeTwine(wheel);

        (await UploadAsync(form.With("sha256_digest", new string('0', 64)))).With(400);
        (await UploadAsync(form.With("md5_digest", new string('0', 32)))).With(400);
        (await _reader.AskAsync($"{FortyTestsServer.Simple}row-36/")).With(404);
        Assert.False(Directory.Exists(Path.Combine(server.Storage, "row-36")));
        (await UploadAsync(form.With("sha256_digest", wheel.Sha256.ToUpperInvariant()))).With(200);
    }

    [Fact]
    public async Task Row_37_What_names_two_projects_or_no_file_is_400()
    {
        var wheel = Wheels.Build("row-37", "1.0");
        var form = ClientForm.LikeTwine(wheel);
        var foreign = Wheels.Build("row-37", "1.0", metadata: SampleMetadata.Of("another", "1.0", null));

        foreach (var refused in new[]
        {
            form.With("name", "another"), form.With("version", "2.0"), ClientForm.LikeTwine(foreign),
            form.WithFilename("../x.whl"), form.WithFilename("a\\b.whl"), form.WithFilename("x\0.whl"), form.WithFilename("x%00.whl"),
            form.WithFilename("row_37-1.0-py3.11.egg"), form.WithFilename($"../{wheel.Filename}"), form.WithFilename($"a\\{wheel.Filename}"),
        })
        {
            (await UploadAsync(refused)).With(400);
        }

        (await _reader.AskAsync($"{FortyTestsServer.Simple}row-37/")).With(404);

        // A name that is spelled as it was before PEP 625 is refused only where the policy says so.
        (await UploadAsync(ClientForm.LikeTwine(Sdists.Build("Row-37-Old", "1.0") with { Filename = "Row-37-Old-1.0.tar.gz" }))).With(200);
    }

    [Fact]
    public async Task Row_38_An_archive_that_is_none_or_harmful_is_400_and_metadata_of_every_version_2_is_taken()
    {
        string[] harmful = ["wheel: no dist-info", "wheel: bomb", "wheel: text", "wheel: Metadata-Version 3"];
        string[] escaping = ["path out of the folder", "absolute path"];
        var hostile = HostileWheels.All.Where(archive => harmful.Contains(archive.Case))
            .Concat(HostileSdists.All.Where(archive => escaping.Any(part => archive.Case.EndsWith(part, StringComparison.Ordinal)))).ToList();
        Assert.True(hostile.Count >= harmful.Length + escaping.Length, string.Join(", ", hostile));
        foreach (var archive in hostile)
        {
            var answer = await UploadAsync(ClientForm.LikeTwine(new Distribution("foo", "1.0", archive.Filename, archive.Content, [], null)));

            Assert.True(answer.Status == 400, $"{archive}: {answer}");
        }

        foreach (var (version, status) in new[] { ("2.5", 200), ("2.6", 200), ("3.0", 400) })
        {
            var metadata = Encoding.UTF8.GetBytes($"Metadata-Version: {version}\nName: row-38\nVersion: {version}\n");
            (await UploadAsync(ClientForm.LikeTwine(Wheels.Build("row-38", version, metadata: metadata)).With("metadata_version", version))).With(status);
        }
    }

    [Fact]
    public async Task Row_39_Each_wrong_request_has_its_status_with_and_without_a_slash()
    {
        var wheel = Wheels.Build("row-39", "1.0");
        var form = ClientForm.LikeTwine(wheel);
        var large = ClientForm.LikeTwine(Wheels.Build("row-39", "1.0", payload: FortyTestsServer.MaxFileBytes, random: true));

        foreach (var path in (string[])[FortyTestsServer.Simple, FortyTestsServer.Simple.TrimEnd('/')])
        {
            (await _writer.UploadAsync(large, path)).With(413);
            (await _writer.UploadAsync(form.Without(ClientForm.File), path)).With(400);
            (await _writer.UploadAsync(form.With(":action", "submit"), path)).With(410);
            (await _writer.UploadAsync(form.With("protocol_version", "2"), path)).With(400);
            (await _writer.UploadAsync(form, path)).With(200);
        }

        Assert.Contains("GET", (await _writer.UploadAsync(form, $"{FortyTestsServer.Simple}row-39/")).With(405)["Allow"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Row_40_One_of_two_rivals_wins_and_what_is_listed_after_a_restart_can_be_had()
    {
        Distribution[] rivals = [Wheels.Build("row-40", "1.0"), Wheels.Build("row-40", "1.0", payload: 1000)];
        var answers = await Task.WhenAll(rivals.Select(rival => UploadAsync(ClientForm.LikeTwine(rival))));
        Assert.Equal([200, 409], answers.Select(answer => answer.Status).Order());

        using var root = new TempFolder();
        IReadOnlyDictionary<string, string> acknowledged;
        using (var before = await FortyTestsServer.StartAsync(root.Path))
        {
            var clients = Enumerable.Range(0, 4).Select(_ => before.Client(FortyTestsServer.Repository, FortyTestsServer.Writes)).ToList();
            var uploaders = new Uploaders(clients, "row-40");
            var ended = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            await uploaders.RunAsync(100, count => { if (count == 20) { _ = Task.Run(async () => ended.SetResult(await before.TerminateAsync())); } });
            Assert.Equal(0, await ended.Task);
            acknowledged = uploaders.Acknowledged;
            clients.ForEach(client => client.Dispose());
        }

        using var after = await FortyTestsServer.StartAsync(root.Path);
        using var reader = after.Client(FortyTestsServer.Repository, FortyTestsServer.Reads);
        var listed = await reader.ReadAllFilesAsync();

        Assert.Superset(acknowledged.Keys.ToHashSet(), listed.Select(file => file.Filename).ToHashSet());
        foreach (var file in listed)
        {
            Assert.Equal(file.Sha256, await reader.DownloadDigestAsync(file));
        }
    }

    private Task<Answer> UploadAsync(ClientForm form) => _writer.UploadAsync(form, FortyTestsServer.Simple);
}
