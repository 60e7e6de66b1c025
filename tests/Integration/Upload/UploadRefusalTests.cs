using System.Text;
using PyWharf.Integration.Support;

namespace PyWharf.Integration.Upload;

/// <summary>What is refused, with a reason that a person can act upon, and leaves nothing in the storage.</summary>
[Collection(ServerFixture.Name)]
public sealed class UploadRefusalTests(ServerFixture server) : IDisposable
{
    private const string Boundary = "b0undary";

    private static readonly Distribution Wheel = Wheels.Build("refused", "1.0");
    private static readonly Distribution Sdist = Sdists.Build("refused", "1.0");
    private static readonly ClientForm Form = ClientForm.LikeTwine(Wheel);

    private static readonly Dictionary<string, ClientForm> WrongForms = new()
    {
        ["no :action"] = Form.Without(":action"),
        ["no name"] = Form.Without("name"),
        ["an empty name"] = Form.With("name", ""),
        ["no version"] = Form.Without("version"),
        ["no metadata_version"] = Form.Without("metadata_version"),
        ["no filetype"] = Form.Without("filetype"),
        ["no pyversion of a wheel"] = Form.Without("pyversion"),
        ["no content"] = Form.Without(ClientForm.File),
        ["a content that is a field"] = Form.Without(ClientForm.File).With(ClientForm.File, "text"),
        ["a content that is a field and a file"] = Form.Then(new FormPart(ClientForm.File, "text"u8.ToArray())),
        ["two contents"] = Form.Twice(ClientForm.File),
        ["two names"] = Form.Twice("name"),
        ["two versions"] = Form.With("version", "1.0", "1.0"),
        ["two digests"] = Form.Twice("sha256_digest"),
        ["two actions"] = Form.Twice(":action"),
        ["protocol_version 2"] = Form.With("protocol_version", "2"),
        ["metadata_version 3.0"] = Form.With("metadata_version", "3.0"),
        ["another name"] = Form.With("name", "someone-else"),
        ["another version"] = Form.With("version", "1.1"),
        ["a local version that the file lacks"] = Form.With("version", "1.0+local"),
        ["a hostile name"] = Form.With("name", "../refused"),
        ["a name in another script"] = Form.With("name", "refu\u017Fed"),
        ["a name that ends in a line break"] = Form.With("name", "refused\n"),
        ["a version that is none"] = Form.With("version", "one"),
        ["the filetype of an sdist"] = Form.With("filetype", "sdist"),
        ["the filetype of an egg"] = Form.With("filetype", "bdist_egg"),
        ["a wrong sha256"] = Form.With("sha256_digest", Sdist.Sha256),
        ["a wrong md5 with a right sha256"] = Form.With("md5_digest", Sdist.Md5),
        ["a wrong blake2 with a right sha256"] = Form.With("blake2_256_digest", Sdist.Blake2b256),
        ["a wrong blake2 of 64 bytes"] = Form.With("blake2_256_digest", Sdist.Blake2b512),
        ["a digest that is no hex"] = Form.With("sha256_digest", new string('x', 64)),
        ["a digest cut short"] = Form.With("sha256_digest", Wheel.Sha256[..63]),
        ["the digest of an empty file"] = Form.Altered(part => part.Name == ClientForm.File ? part with { Value = [] } : part),
    };

    private static readonly string[] BadFilenames =
    [
        "../x.whl", "../refused-1.0-py3-none-any.whl", "../../../../victim.toml", "/tmp/refused-1.0-py3-none-any.whl", "a\\b.whl",
        "..\\refused-1.0-py3-none-any.whl", "C:\\refused-1.0-py3-none-any.whl", "C:refused-1.0-py3-none-any.whl",
        "refused-1.0-py3-none-any.whl:stream", ".refused-1.0-py3-none-any.whl", "refused-1.0-py3-none-any.whl.", " refused-1.0-py3-none-any.whl",
        "refused-1.0-py3-none-any.whl ", "refused-1.0\0-py3-none-any.whl", "refused-1.0-py3-none-any.whl\0.txt", "refused-1.0\u0001-py3-none-any.whl",
        "refused-1.0\u0085-py3-none-any.whl", "refused-1.0\t-py3-none-any.whl", "refused-1.0\r\nX: y-py3-none-any.whl", "refused-1.0%00-py3-none-any.whl",
        "refused-1.0%2f..%2f-py3-none-any.whl", "refused-1.0-py3-none-any.whl/", "storage/refused-1.0-py3-none-any.whl",
        $"refused-1.0-py3-none-{new string('a', 280)}.whl", $"refused-1.0-py3-none-{new string('a', 228)}.whl", "nul.whl", "con.refused-1.0.tar.gz",
        "aux.tar.gz", "COM1.x-1.0.zip", "refused-1.0-py3-none-any.WHL", "refused-1.0.egg", "refused-1.0.exe", "refused-1.0.txt", "refused-1.0.tar.bz2",
        "refused-1.0.rpm", "refused-1.0-py3-none-any.whl.meta", "refused-1.0-py3-none-any.whl.metadata", "refused-1.0-py3-none-any.whl.asc",
        "index.toml", ".staging", "<script>alert(1)</script>-1.0.tar.gz", "refused-<b>-1.0.tar.gz", "refused-1.0\"><script>.tar.gz", "refused.whl",
        "refused-1.0.whl", "refused-1.0-py3-none.whl", "refused-1.0-x1-py3-none-any.whl", "refused-1.0-1-2-py3-none-any.whl", "re__fused-1.0-py3-none-any.whl",
        "refused-one-py3-none-any.whl", "refused-1.0-py3--any.whl", "refused-.tar.gz", "-1.0.tar.gz", ".tar.gz", "refused.tar.gz", "refu\u017Fed-1.0.tar.gz",
        "\u202Erefused-1.0.tar.gz", "", "...", "~", "*",
    ];

    private readonly HttpClient _writer = server.Writer();

    public static TheoryData<string> NamesOfWrongForms { get; } = new(WrongForms.Keys);

    public void Dispose() => _writer.Dispose();

    [Theory]
    [MemberData(nameof(NamesOfWrongForms))]
    public async Task A_form_with_something_wrong_is_400(string what)
    {
        await RefusesAsync(WrongForms[what], 400);
    }

    [Fact]
    public async Task A_file_name_that_is_hostile_or_none_of_ours_is_400()
    {
        foreach (var filename in BadFilenames)
        {
            foreach (var form in new[] { ClientForm.LikeTwine(Wheel), ClientForm.LikeTwine(Sdist) })
            {
                var answer = await _writer.UploadAsync(form.WithFilename(filename));

                Assert.True(answer.Status == 400, $"«{filename}»: {answer}");
                Assert.Equal("text/plain; charset=utf-8", answer["Content-Type"]);
                Assert.DoesNotContain("<script>", answer.ToString(), StringComparison.Ordinal);
            }
        }

        await StoredNothingAsync();
        Assert.Empty(Directory.EnumerateFiles(server.Root, "victim*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("refused-1.0-py3-none-any.whl", "..%2F..%2Frefused-1.0-py3-none-any.whl")]
    [InlineData("refused-1.0-py3-none-any.whl", "evil%00.whl")]
    public async Task An_encoded_file_name_is_looked_at_decoded(string filename, string encoded)
    {
        var body = Encoding.Latin1.GetString(Form.ToBytes(Boundary))
            .Replace($"filename=\"{filename}\"", $"filename=\"{filename}\"; filename*=UTF-8''{encoded}", StringComparison.Ordinal);

        await RefusesAsync(Encoding.Latin1.GetBytes(body), ClientForm.ContentType(Boundary), 400);
    }

    [Theory]
    [InlineData("submit")]
    [InlineData("doc_upload")]
    [InlineData("remove_pkg")]
    public async Task Another_action_is_410(string action)
    {
        await RefusesAsync(Form.With(":action", action), 410);
    }

    [Fact]
    public async Task A_body_that_is_no_form_is_400()
    {
        var whole = Form.ToBytes(Boundary);
        var type = ClientForm.ContentType(Boundary);
        var noDisposition = Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Type: text/plain\r\n\r\nx\r\n--{Boundary}--\r\n");
        var noName = Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data\r\n\r\nx\r\n--{Boundary}--\r\n");
        var endlessHeader = Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"{new string('n', 100_000)}\"\r\n\r\nx\r\n--{Boundary}--\r\n");
        var notUtf8 = Form.With("summary", "x").Altered(part => part.Name == "summary" ? part with { Value = [0xC3, 0x28, 0xFF] } : part).ToBytes(Boundary);
        var oddName = Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=\"=?utf-7?B?YQ==?=\"\r\n\r\nx\r\n--{Boundary}--\r\n");
        var oddFilename = Encoding.ASCII.GetBytes($"--{Boundary}\r\nContent-Disposition: form-data; name=content; filename*=utf-7''x.whl\r\n\r\nx\r\n--{Boundary}--\r\n");
        var tooManyParts = Form.With("classifiers", [.. Enumerable.Repeat("x", 5000)]).ToBytes(Boundary);

        foreach (var (body, contentType) in new (byte[], string?)[]
        {
            (whole, null), (whole, "text/plain"), (whole, "application/octet-stream"), (whole, "application/x-www-form-urlencoded"),
            (whole, "multipart/form-data"), (whole, "multipart/form-data; boundary="), (whole, "multipart/form-data; boundary=other"),
            (whole, $"multipart/form-data; boundary={new string('b', 71)}"), (whole, "multipart/mixed; boundary=" + Boundary), (whole, "nonsense"),
            ([], type), ("x"u8.ToArray(), type), (noDisposition, type), (noName, type), (endlessHeader, type), (notUtf8, type), (tooManyParts, type),
            (oddName, type), (oddFilename, type), (whole, type + "; charset=utf-7"), (whole, type + "; charset=utf-16"),
            (whole[..100], type), (whole[..(whole.Length / 2)], type), (whole[..^(Boundary.Length + 6)], type), (whole[..^6], type),
        })
        {
            await RefusesAsync(body, contentType, 400);
        }
    }

    [Fact]
    public async Task Fields_without_end_are_413()
    {
        await RefusesAsync(Form.With("description", new string('d', 17_000_000)), 413);
    }

    [Fact]
    public async Task A_reason_is_told_in_the_status_line_and_in_the_body_as_text_or_as_json()
    {
        var wrong = Form.With("sha256_digest", Sdist.Sha256);

        var text = (await _writer.UploadAsync(wrong)).With(400);
        var json = (await _writer.UploadAsync(wrong, accept: "application/json")).With(400);

        Assert.StartsWith("The sha256_digest sent does not match the file received", text.Reason, StringComparison.Ordinal);
        Assert.Equal(text.Reason + "\n", text.Text);
        Assert.Equal("text/plain; charset=utf-8", text["Content-Type"]);
        Assert.Equal("nosniff", text["X-Content-Type-Options"]);
        Assert.Equal("application/json", json["Content-Type"]);
        Assert.Equal(("Invalid", text.Reason), (json.Json.GetProperty("code").GetString(), json.Json.GetProperty("message").GetString()));
    }

    private async Task RefusesAsync(ClientForm form, int status) =>
        await RefusesAsync(form.ToBytes(Boundary), ClientForm.ContentType(Boundary), status);

    private async Task RefusesAsync(byte[] body, string? contentType, int status)
    {
        using var content = new ByteArrayContent(body);
        if (contentType is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        }

        var answer = (await Answer.ReadAsync(await _writer.PostAsync("/simple/", content))).With(status);

        Assert.Equal(answer.Text, answer.Reason + "\n");
        Assert.DoesNotContain("   at ", answer.Text, StringComparison.Ordinal);
        await StoredNothingAsync();
    }

    private async Task StoredNothingAsync()
    {
        Assert.Empty(await _writer.FilenamesAsync("refused"));
        Assert.DoesNotContain(server.StoredFiles(), file => file.Contains("refused", StringComparison.OrdinalIgnoreCase));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(server.Storage, ".staging")));
    }
}
